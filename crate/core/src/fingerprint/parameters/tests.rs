use proptest::prelude::*;

use super::*;

/// One word a parameter: `a`, `...a`, or `{a,b}` for a pattern that takes these properties.
fn shown(text: &str) -> String {
    let list = parameters(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let words = list.iter().map(|parameter| {
        let dots = if parameter.rest { "..." } else { "" };
        let pattern = || format!("{{{}}}", parameter.properties.join(","));
        format!("{dots}{}", parameter.name.clone().unwrap_or_else(pattern))
    });
    words.collect::<Vec<_>>().join(" ")
}

fn assert_each(texts: &[&str], expected: &str) {
    for text in texts {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn functions_and_arrows_of_all_kinds() {
    assert_each(
        &[
            "function f(a, b) {}",
            "function (a, b) { return this }",
            "function*f(a,b){ yield a }",
            "async function f(a, b) { for await (const x of a) ; }",
            "async function* f(a, b = await_) {}",
            "(a, b) => a",
            "(a, b) => ({ a })",
            "async (a, b) => await a",
            "(a, /* of b */ b) => a // the first",
            "( /* , */ a // c\n, b, ) => { return a }",
            "\n  function f(a, b) {}\n",
        ],
        "a b",
    );
    assert_each(&["a => a", "async a => a", "async a=>{await a}"], "a");
    assert_each(&["() => 1", "function(){}", "async () => {}"], "");
}

#[test]
fn patterns_tell_what_has_a_default_and_whether_they_take_others() {
    let list = parameters("({ a, b = 1, c: { d } = {}, e: f }) => a").unwrap();
    assert_eq!(list[0].optional, ["b", "c"]);
    assert!(!list[0].takes_others);
    assert!(parameters("({ a, ...others }) => a").unwrap()[0].takes_others);
    assert!(parameters("({ a, [b]: c }) => a").unwrap()[0].takes_others);
    assert_eq!(parameters("({ a = 1 } = {}) => a").unwrap()[0].optional, ["a"]);
}

#[test]
fn methods_and_accessors() {
    assert_each(
        &[
            "foo(a) {}",
            "async foo(a) {}",
            "*foo(a) {}",
            "async *foo(a) {}",
            "set x(a) {}",
            "set #x(a) {}",
            "[computed](a) {}",
            "['a' + b](a) {}",
            "async [Symbol.iterator](a) {}",
            "'quoted'(a) {}",
            "1(a) {}",
            "#hidden(a) {}",
            "async *#hidden(a) {}",
            "static foo(a) {}",
            "static async *foo(a) {}",
            "static(a) {}",
            "get(a) {}",
            "set(a) {}",
            "async(a) {}",
            "async(a) { await_ }",
            "constructor(a) {}",
            "function(a) {}",
            "foo(a) { return super.foo(a) + this.#hidden }",
        ],
        "a",
    );
    assert_each(&["get x() {}", "get #x() {}", "static get x() {}", "get() {}"], "");
}

#[test]
fn classes_have_the_parameters_of_their_constructor() {
    assert_eq!(shown("class A { static x(c) {} constructor(a, b) {} y(d) {} }"), "a b");
    assert_eq!(shown("class A extends B { #x = 1; constructor(a) { super(a); this.#x } }"), "a");
    assert_eq!(shown("class { x(a) {} }"), "");
    assert_eq!(shown("class A extends B {}"), "...{}");
    assert_eq!(shown("class A { static constructor(a) {} }"), "");
}

#[test]
fn defaults_patterns_and_rest() {
    assert_eq!(shown("function f(a, b = (c, d) => ')', ...e) {}"), "a b ...e");
    assert_eq!(shown("({ a, b: c, d = 1, 'e-f': g, 2: h, ...others }) => 1"), "{a,b,d,e-f,2}");
    assert_eq!(shown("({ a: { b } } = {}, [c, { d }], { [e]: f, ['g']: h }) => 1"), "{a} {} {g}");
    assert_eq!(shown("(a, ...[b, c]) => 1"), "a ...{}");
    assert_eq!(shown("(...{ length }) => 1"), "...{}");
    assert_eq!(shown("(größe, \\u0061b, $, _, \u{20bb7}) => 1"), "größe ab $ _ \u{20bb7}");
    assert_eq!(shown("(a = `)${((b) => `}`)()}`, c = /[)]/) => 1"), "a c");
}

#[test]
fn what_only_modules_or_only_scripts_allow() {
    assert_each(
        &[
            "function f(a) { return import.meta.url + new.target }",
            "function f(a) { with (a) return b }",
            "function f(a) { var await = 010; yield = \"\\01\"; delete a }",
            "function f(a) { 'use strict'; return import('x') }",
            "function f(a) { return a?.b ?? (c ||= 1n) } ",
            "function f(a) { using x = a; }",
            "function f(a) { label: for (;;) { continue label } }",
        ],
        "a",
    );
    assert_eq!(shown("function f(await, yield) {}"), "await yield");
    assert_eq!(shown("function f(a, a) {}"), "a a");
}

#[test]
fn native_and_bound_functions_are_told_apart() {
    for text in [
        "function () { [native code] }",
        "function push() { [native code] }",
        "function get size() { [native code] }",
        "function [Symbol.iterator]() {\n    [native code]\n}",
        "class A { [native code] }",
    ] {
        assert!(matches!(parameters(text), Err(ParameterError::NativeCode)), "{text}");
    }
    assert_eq!(shown("(a) => '{ [native code] }'"), "a");
}

#[test]
fn what_is_no_single_function_does_not_parse() {
    for text in [
        "",
        "\0",
        "a",
        "1 + 1",
        "{}",
        "a, b",
        "foo() {}, bar() {}",
        "foo() {} bar() {}",
        "a: function (b) {}",
        "a = (b) => 1",
        "x = 1",
        "a) => 1, (b",
        "a(b) {}}), ({ c(d) {}",
        "a(b) {}}); ({ c(d) {}",
        "function f(a) {",
        "function f(a) { %DebugPrint(a) }",
        "function f(a: number) {}",
        "[native code]",
        "{ native code }",
        "é] }",
    ] {
        assert!(matches!(parameters(text), Err(ParameterError::Unparsable)), "{text}");
    }
}

/// A parser that recurses on the text must meet the end of its stack on none of these.
#[test]
fn deeply_nested_text_does_not_overflow_the_stack() {
    let units = ["(", "[", "[(", "({a=(", "{a:", "()=>{", "a=>", "!", "x**", "`${", "@(", "if(a)"];
    for unit in units {
        for head in ["", "() => {", "async function*f(a="] {
            for count in [900, 20_000] {
                assert!(parameters(&(head.to_owned() + &unit.repeat(count))).is_err(), "{unit}");
            }
        }
    }
}

#[test]
fn nesting_is_read_up_to_its_bound() {
    let nested = |count| format!("(a) => {}1{}", "(".repeat(count), ")".repeat(count));
    assert_eq!(shown(&nested(2048)), "a");
    assert!(matches!(parameters(&nested(2049)), Err(ParameterError::TooDeep)));
}

#[test]
fn text_beyond_the_bound_is_refused_unread() {
    let text = format!("(a) => '{}'", "x".repeat(1 << 20));
    assert!(
        matches!(parameters(&text), Err(ParameterError::TooLong { length }) if length > 1 << 20)
    );
}

/// Pieces that steer the parser into every corner that plain characters rarely reach.
fn token() -> impl Strategy<Value = String> {
    let words = "( ) { } [ ] => = , ; : ? ?. ... * ** ` ${ ' \" / /* */ // # @ ! - < > a b 1 \
        async await function class extends static get set constructor yield new return import \
        super this var let of in for if else { [native code] } \\u0061 \u{20bb7} \u{feff} \0";
    let words: Vec<&'static str> = words.split(' ').collect();
    prop_oneof![8 => prop::sample::select(words).prop_map(String::from), 1 => ".{0,3}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        let _ = parameters(&text);
    }

    #[test]
    fn no_sequence_of_tokens_makes_it_panic(tokens in prop::collection::vec(token(), 0..40)) {
        let _ = parameters(&tokens.join(" "));
        let _ = parameters(&tokens.concat());
        let _ = parameters(&format!("function f({}) {{}}", tokens.concat()));
    }

    #[test]
    fn names_come_back_in_order(names in prop::collection::vec("[a-z]{1,3}_", 0..6)) {
        let list = names.join(", ");
        let expected = names.join(" ");
        for text in [
            format!("function f({list}) {{}}"),
            format!("async ({list}) => {{}}"),
            format!("['x']({list}) {{}}"),
            format!("class A {{ constructor({list}) {{}} }}"),
        ] {
            prop_assert_eq!(shown(&text), expected.clone());
        }
    }
}
