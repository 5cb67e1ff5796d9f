//! Parsing of the source of a module.

use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_semantic::{Semantic, SemanticBuilder};
use oxc_span::SourceType;

/// Reads a source as JavaScript or TypeScript. Sources that both parse mean the same to both, but for a
/// few comparisons `a < b > (c)`. None if it does not parse, or runs `eval`, which may assign to anything.
pub(super) fn analyse<'text>(
    allocator: &'text Allocator,
    source: &'text str,
) -> Option<Semantic<'text>> {
    let kinds = [SourceType::mjs(), SourceType::cjs(), SourceType::ts(), SourceType::tsx()];
    kinds.into_iter().find_map(|kind| {
        let parsed = Parser::new(allocator, source, kind).parse();
        if parsed.panicked || !parsed.diagnostics.is_empty() {
            return None;
        }
        let program = allocator.alloc(parsed.program);
        let semantic = SemanticBuilder::new().with_build_nodes(true).build(program).semantic;
        (!evaluates(&semantic)).then_some(semantic)
    })
}

fn evaluates(semantic: &Semantic<'_>) -> bool {
    let mut unresolved = semantic.scoping().root_unresolved_references().keys();
    unresolved.any(|name| name.as_str() == "eval")
}
