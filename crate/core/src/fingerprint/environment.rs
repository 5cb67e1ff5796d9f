//! What a function reads of its environment: `process.env`.

use super::reading::{Feature, Reading};
use super::uses::{FreeVariable, PathUse, Use};

/// Fills in which variables of the environment `reading` takes. Its free variables must be there.
pub(super) fn note_environment(reading: &mut Reading) {
    let mut names = Vec::new();
    let mut whole = false;
    for variable in &reading.free_variables {
        for used in variable.paths.iter().filter(|one| is_looked_at(one)) {
            match environment_path(variable, &used.path) {
                Some([]) => whole = true,
                Some([name, ..]) => names.push(name.clone()),
                None => {}
            }
        }
    }
    reading.environment.extend(names);
    if whole {
        reading.features.insert(Feature::WholeEnvironment);
    }
}

fn is_looked_at(used: &PathUse) -> bool {
    used.uses.takes_value() || used.uses.contains(Use::Typeof)
}

/// What follows `process.env` in the path.
fn environment_path<'path>(
    variable: &FreeVariable,
    path: &'path [String],
) -> Option<&'path [String]> {
    let below = match (variable.name.as_str(), path) {
        ("process", below) => below,
        ("globalThis" | "global", [first, below @ ..]) if first == "process" => below,
        _ => return None,
    };
    match below {
        [first, below @ ..] if first == "env" => Some(below),
        _ => None,
    }
}
