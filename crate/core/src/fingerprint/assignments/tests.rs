use super::*;

fn top(source: &str) -> BTreeMap<String, Binding> {
    assignments(source, None).unwrap().unwrap()
}

#[test]
fn kinds_and_initialisers() {
    let all = top(
        "import a from 'a'; let b; let c = 1; var d; const e = 1; function f() {} class g {}\n\
         for (var h of []) ; try {} catch (i) {} var { j } = e, k = 2",
    );
    let shown: Vec<_> = all
        .iter()
        .map(|(name, one)| format!("{name} {:?} {}", one.kind, one.initialised))
        .collect();
    assert_eq!(
        shown,
        [
            "a Import true",
            "b Let false",
            "c Let true",
            "d Var false",
            "e Const true",
            "f Function true",
            "g Class true",
            "h Var true",
            "j Var true",
            "k Var true",
        ]
    );
}

#[test]
fn assignments_anywhere_count_and_declarations_do_not() {
    let all = top(
        "let a = 1, b, c = [], d = 0, e, f; b = 2; function g() { a++; ({ e } = x); { let f = 1; f = 2 } }\n\
         c.push(1); c[0] = 2; for (d of c) ; for (const q of c) { c = q } function h(d) { d = 1 }",
    );
    let counts = |name: &str| (all[name].assigned, all[name].mutated);
    assert_eq!(counts("a"), (1, 0));
    assert_eq!(counts("b"), (1, 0));
    assert_eq!(counts("c"), (1, 2));
    assert_eq!(counts("d"), (1, 0));
    assert_eq!(counts("e"), (1, 0));
    assert_eq!(counts("f"), (0, 0));
    assert_eq!(counts("g"), (0, 0));
}

#[test]
fn declaring_again_is_assigning() {
    assert_eq!(top("var a = 1; var a = 2")["a"].assigned, 1);
    assert_eq!(top("function a() {} function a() {}")["a"].assigned, 1);
    assert_eq!(top("var a = 1")["a"].assigned, 0);
}

#[test]
fn imports_name_module_and_export() {
    let all = top(
        "import a, { b, c as d, 'e f' as g, default as h } from './m.js'; import * as i from 'n'\n\
         import type { T } from 't'; import { type U, v } from 'u'; interface W {} type X = 1",
    );
    let shown: Vec<_> = all
        .iter()
        .map(|(name, one)| {
            let import = one.import.as_ref().unwrap();
            format!("{name}={}:{}", import.specifier, import.name)
        })
        .collect();
    assert_eq!(
        shown,
        [
            "a=./m.js:default",
            "b=./m.js:b",
            "d=./m.js:c",
            "g=./m.js:e f",
            "h=./m.js:default",
            "i=n:*",
            "v=u:v"
        ]
    );
}

#[test]
fn required_modules_are_imports() {
    let all =
        top("const a = require('x'), { b, c: d } = require('y'), e = require('z').f; let g = 1");
    let import = |name: &str| {
        all[name].import.as_ref().map(|import| (import.specifier.as_str(), import.name.as_str()))
    };
    assert_eq!(import("a"), Some(("x", "*")));
    assert_eq!(import("b"), Some(("y", "b")));
    assert_eq!(import("d"), Some(("y", "c")));
    assert_eq!(import("e"), Some(("z", "f")));
    assert_eq!(import("g"), None);
}

#[test]
fn scripts_and_common_js_parse() {
    assert_eq!(top("with (a) { b } var c = 010").len(), 1);
    assert_eq!(top("const fs = require('fs'); return")["fs"].assigned, 0);
}

#[test]
fn bindings_visible_at_a_place_hide_outer_ones() {
    let source =
        "let n = 0\nconst make = (m) => {\n  let n = '💥', inc = () => n++\n  return inc }";
    let at = |line, column| assignments(source, Some(Position { line, column })).unwrap();
    let inner = at(2, 22).unwrap();
    assert_eq!((inner["n"].assigned, inner["m"].kind), (1, BindingKind::Parameter));
    assert_eq!(at(0, 1).unwrap()["n"].assigned, 0);
    assert!(at(0, 1).unwrap().contains_key("make"));
    assert!(!at(0, 1).unwrap().contains_key("m"));
    assert_eq!(at(9, 1), None);
}

#[test]
fn sources_that_cannot_be_known() {
    assert_eq!(assignments("let a = 1; eval('a = 2')", None).unwrap(), None);
    assert_eq!(assignments("let = = 1", None).unwrap(), None);
    assert!(assignments(&"(".repeat(100_000), None).is_err());
}
