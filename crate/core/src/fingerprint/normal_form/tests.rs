use super::super::{FunctionTextError, normalise};

fn normal(text: &str) -> String {
    normalise(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn assert_same(texts: &[&str]) {
    for text in texts {
        assert_eq!(normal(text), normal(texts[0]), "{text}");
        assert_eq!(normal(&normal(text)), normal(text), "{text}");
    }
}

fn assert_different(texts: &[&str]) {
    for (index, text) in texts.iter().enumerate() {
        for other in &texts[..index] {
            assert_ne!(normal(text), normal(other), "{text} and {other}");
        }
    }
}

#[test]
fn white_space_comments_and_semicolons_do_not_count() {
    assert_same(&[
        "function f(a, b) { const c = a + b; return c; }",
        "function f(a,b){const c=a+b;return c}",
        "function f(a, b) {\r\n\t// sum\r\n\tconst c = a + b\r\n\treturn c\r\n}",
        "/* head */ function /* name */ f /* list */ (a, /** @type {B} */ b) { // body\n\
         /*! legal */ const c = /* @__PURE__ */ a + b; /* #__NO_SIDE_EFFECTS__ */\n return c } // end",
        "function f(a, b,) { ; const c = a + b;; return c; ; }",
        "function   f  (a        , b        )          { const c         = (a + b)      ; return c }",
    ]);
    assert_same(&["x => x", "(x) => x", "(x,) => x", "x => (x)", "x /* a */ => // b\n x // c"]);
    assert_same(&["class A { a = 1; b() {} ; }", "class A{\n  a = 1\n  b() {}\n}"]);
}

#[test]
fn parentheses_and_trailing_commas_that_do_not_matter() {
    assert_same(&[
        "a => f(a * 2 + 1, [a, { b: a }])",
        "(a) => (f)((a * 2) + 1, ([a, { b: (a), },]),)",
        "a => ((f(((a) * 2) + 1, [a, ({ b: a })])))",
    ]);
    assert_same(&["() => f(() => 1, function () {})", "() => f((() => 1), (function () {}))"]);
    assert_same(&["() => { (function () {})() }", "() => { (function () {}()) }"]);
    assert_same(&["() => new A", "() => new A()", "() => (new A())"]);
    assert_different(&[
        "a => (a + 1) * 2",
        "a => a + 1 * 2",
        "a => (a, 1)",
        "a => [a, , 1]",
        "a => [a, 1]",
    ]);
    assert_different(&["a => ({})", "a => {}"]);
}

#[test]
fn literals_have_one_spelling() {
    assert_same(&[
        r#"() => ["it's", 'b', "\u0061\n", 1000, 255, 0.5, 10n]"#,
        r#"() => ['it\'s', "b", 'a\x0a', 1e3, 0xff, .5, 0xan]"#,
        r#"() => ["it's", 'b', "a\
\n", 1_000, 0b11111111, 0.50, 1_0n]"#,
    ]);
    assert_same(&["() => ({ a: 1, 'b-c': 2 })", r#"() => ({ 'a': 1, "b-c": 2 })"#]);
    assert_same(&[
        "({ a }) => ({ a })",
        "({ a: a }) => ({ a: a })",
        "({ 'a': a }) => ({ 'a': a })",
    ]);
    assert_same(&["class A { b() {} c = 1 }", "class A { 'b'() {} 'c' = 1 }"]);
    assert_same(&["b => { ({ a: b } = x) }", "b => { ({ 'a': b } = x) }"]);
    assert_different(&["() => 1", "() => '1'", "() => 1n", "() => '\\u{1}'", "() => 1.5"]);
    assert_different(&["() => ({ a: 1 })", "() => ({ [a]: 1 })", "() => ({ A: 1 })"]);
    assert_different(&["() => ({ __proto__ })", "() => ({ __proto__: __proto__ })"]);
    assert_same(&["() => ({ __proto__: a })", "() => ({ '__proto__': a })"]);
    assert_different(&["() => /a/g", "() => /a/", "() => '/a/'", "() => `a${1}`", "() => 'a1'"]);
    assert_different(&["() => f`a`", "() => f`\\x61`", "() => f('a')"]);
}

#[test]
fn characters_that_are_hard_to_write_count() {
    assert_different(&[
        r"() => '\ud800'",
        r"() => '\ud801'",
        r"() => '\ufffd'",
        r"() => '\\ud800'",
        r"() => '\udc00'",
        r"() => '\ud800\udc00'",
        r"() => '\0'",
        r"() => '\u2028'",
        r"() => ''",
        r"() => '\u200b'",
    ]);
    assert_different(&[
        "() => ({ '\\ud800': 1 })",
        "() => ({ '\\ufffd': 1 })",
        "() => ({ '\\ud801': 1 })",
    ]);
    assert_different(&["() => 1e999", "() => -1e999", "() => 1e308", "() => 0", "() => -0"]);
    assert_same(&["() => /a/gi", "() => /a/ig"]);
    assert_same(&["() => \\u0061", "() => a"]);
}

#[test]
fn names_order_and_directives_count() {
    assert_different(&[
        "a => a",
        "b => b",
        "function (a) { return a }",
        "function a(a) { return a }",
    ]);
    assert_different(&[
        "() => { 'use strict'; f() }",
        "() => { f() }",
        "() => { ('use strict'); f() }",
    ]);
    assert_same(&["() => { 'use strict'; f() }", "() => {\n\"use strict\"\nf()\n}"]);
    assert_different(&["() => ({ a: 1, b: 2 })", "() => ({ b: 2, a: 1 })"]);
    assert_different(&["a => { if (a) b(); c() }", "a => { if (a) { b(); c() } }"]);
    assert_different(&["async () => f()", "() => f()", "async () => await f()"]);
    assert_different(&["*f() { yield a }", "f() { a }", "async f() { a }", "get f() { a }"]);
}

#[test]
fn every_guise_keeps_its_own() {
    for text in [
        "foo(a){return super.foo(a)}",
        "async*[Symbol.iterator](){}",
        "get #x(){return this.#x}",
        "set x(a){}",
        "static async foo(a){}",
        "constructor(a){super(a)}",
        "get(a){}",
        "async(a){}",
        "static(a){}",
        "class A extends B{static{f()}#a=1;static b=2}",
        "class extends(a,B){}",
        "async function*f(){for await(const x of y);}",
        "function(a){with(a)b}",
        "await=>await",
        "function(){return import.meta.url}",
        "()=>(function(){})()",
        "()=>(class{})",
    ] {
        assert_eq!(normal(&normal(text)), normal(text));
        let stripped = |text: &str| text.replace([' ', '(', ')', ';'], "");
        assert_eq!(stripped(&normal(text)), stripped(text));
    }
}

#[test]
fn what_loaders_add_is_seen_through() {
    assert_same(&[
        "() => { const g = a => a; function h() { class B {} return B } return g(h) }",
        "() => { const g = __name(a => a, 'g'); function h() { class B { static { __name(this, 'B') } }\
         return B } __name(h, 'h'); return g(h) }",
    ]);
    assert_same(&["() => load(require('x').y)", "() => load(__toESM(require('x'), 1).y)"]);
    assert_same(&[
        "() => Promise.resolve().then(() => require('x'))",
        "() => Promise.resolve().then(() => tslib_1.__importStar(require('x')))",
        "() => Promise.resolve().then(() => /*#__PURE__*/ _interop_require_wildcard._(require('x')))",
        "() => Promise.resolve().then(() => __importStar(require('x')))",
    ]);
    for module in ["import_x", "x_1", "_x"] {
        let called = |head: &str| {
            format!("() => {head}{module}.f{}(1)", if head.is_empty() { "" } else { ")" })
        };
        assert_same(&[&called(""), &called("(0, ")]);
    }
}

#[test]
fn what_only_looks_like_a_loaders_counts() {
    assert_different(&["__name => __name(a, 'b')", "__name => a"]);
    assert_different(&["() => __name(a, b)", "() => a"]);
    assert_different(&["() => (0, o.f)()", "() => o.f()"]);
    assert_different(&[
        "() => { const _o = g(); (0, _o.f)() }",
        "() => { const _o = g(); _o.f() }",
    ]);
    assert_different(&["() => __toESM(f('x'))", "() => f('x')"]);
}

#[test]
fn depth_and_length_are_bounded() {
    for unit in ["(", "[", "{", "`${", "a=>{"] {
        let text = format!("() => {}", unit.repeat(100_000));
        assert!(matches!(
            normalise(&text),
            Err(FunctionTextError::TooDeep | FunctionTextError::TooLong { .. })
        ));
    }
    let nested = |open: &str, close: &str| {
        let text = format!("() => {}1{}", open.repeat(2000), close.repeat(2000));
        normalise(&text).map(|normal| normal.len())
    };
    assert!(nested("(", ")").is_ok());
    assert!(nested("[", "]").is_ok());
}

/// Shapes that nest without brackets, as deep as a text may be long.
#[test]
fn no_text_exhausts_the_stack() {
    for (open, close) in
        [("!", ""), ("a=>", ""), ("", "+a"), ("", ".a"), ("", "()"), ("new ", ""), ("", "``")]
    {
        let depth = 200_000 / (open.len() + close.len());
        let text = format!("()=>{}a{}", open.repeat(depth), close.repeat(depth));
        assert!(normal(&text).len() >= text.len(), "{open}{close}");
    }
}
