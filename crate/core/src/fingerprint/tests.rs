//! What holds for any text, whoever reads it.

use proptest::prelude::*;

use super::{assignments, read, read_minified};

/// Pieces of functions, many of them no function together.
fn text() -> impl Strategy<Value = String> {
    let pieces = [
        "a",
        "b",
        "ns.c",
        "this",
        "=>",
        "=",
        "+",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ";",
        ",",
        "...",
        "?.",
        "`",
        "${",
        "function ",
        "class ",
        "extends ",
        "async ",
        "await ",
        "yield ",
        "new ",
        "delete ",
        "typeof ",
        "\n",
        "// x\n",
        "'s'",
        "1",
        "/r/",
        "??=",
        "for (",
        "of ",
        "let ",
        "if (a) ",
        "return ",
        "static ",
        "get ",
        "#p",
        ":",
        "?",
        "*",
        "__name(",
        "(0, _x.y)",
        "( 0, _x.y)",
        "__n\\u0061me(",
        ", 'n')",
        "__vite_ssr_import_3__.f",
        "\\u0061",
        "\u{2028}",
        "é",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..24)
        .prop_map(|list| list.concat())
}

proptest! {
    #[test]
    fn no_text_panics_and_normal_forms_stay(body in text(), head in prop::sample::select(vec!["() => ", "() => {", "f() {", "class {", "", "async function* f() {"])) {
        let close = if head.ends_with('{') { "}" } else { "" };
        let text = format!("{head}{body}{close}");
        for read in [read, read_minified] {
            if let Ok(mut first) = read(&text) {
                // A variable of this name, which sloppy code may have, is printed as what oxc reads as a declaration.
                if first.free_variables.iter().any(|variable| variable.name == "let") {
                    continue;
                }
                let again = read(&first.normal_form).unwrap();
                // Of a normal form, the names are the aliases.
                for variable in first.free_variables.iter_mut().chain(&mut first.own_name) {
                    variable.name.clone_from(&variable.alias);
                }
                prop_assert_eq!(first, again);
            }
        }
    }

    #[test]
    fn any_characters(text in "\\PC*") {
        let _ = read(&text);
        let _ = assignments(&text, None);
    }
}
