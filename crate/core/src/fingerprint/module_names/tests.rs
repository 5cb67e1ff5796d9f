use super::*;

const NONE: [&str; 0] = [];

fn kept(source: &str) -> Vec<String> {
    module_names(source).unwrap().unwrap().kept.into_iter().collect()
}

// What Node 20, 22 and 24 list of such modules; `__test__/fingerprint/homes.spec.ts` asks V8 itself.
#[test]
fn what_a_function_refers_to_is_kept() {
    assert_eq!(kept("const a = 1, b = 2; let c = b; const f = () => a; f()"), ["a"]);
    assert_eq!(kept("function f() { return f() } function g(a = h) {} var h"), ["f", "h"]);
    assert_eq!(kept("class A { static { b } c = d; [e] = 1 }; var b, d, e"), ["b", "d"]);
    assert_eq!(kept("var { a, b: [c] = d } = {}; { const e = () => c }"), ["c"]);
    assert_eq!(kept("try {} catch (a) { () => a }; for (const b of []) { () => b }"), NONE);
}

#[test]
fn the_name_of_a_class_is_another_variable_in_its_body() {
    assert_eq!(kept("class A { m() { return A } }"), NONE);
    assert_eq!(kept("class A { m() { return A } } const f = () => A"), ["A"]);
}

#[test]
fn imports_and_exports_are_kept_namespaces_only_where_a_function_needs_them() {
    assert_eq!(kept("import a, { b as c } from 'm'; import * as d from 'n'"), ["a", "c"]);
    assert_eq!(kept("import * as a from 'n'; const f = () => a.b"), ["a"]);
    assert_eq!(kept("export const a = 1; const b = 2, c = 3; export { b as d }"), ["a", "b"]);
    assert_eq!(kept("export default class A {} export function b() {}"), ["A", "b"]);
    assert_eq!(kept("const a = 1; export default a; export * from 'm'"), NONE);
}
