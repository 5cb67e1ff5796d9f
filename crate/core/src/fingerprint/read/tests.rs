use std::fmt::Write;

use super::*;
use crate::fingerprint::{Feature, PathUse, Use};

fn reading(text: &str) -> Reading {
    read(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// `name.path:Uses` for each path, Uses by their initials.
fn paths(name: &str, paths: &[PathUse]) -> String {
    let mut shown = String::new();
    for one in paths {
        let path = one.path.iter().fold(name.to_owned(), |path, part| path + "." + part);
        let uses = one.uses.iter().filter_map(|one| match one {
            Use::Read => Some('r'),
            Use::Called => Some('c'),
            Use::Assigned => Some('a'),
            Use::Mutated => Some('m'),
            Use::MutatingCall => Some('p'),
            Use::Escapes => Some('e'),
            Use::Typeof => Some('t'),
            // What becomes of the answers of calls is told by tests of its own.
            Use::Awaited => Some('w'),
            Use::Answered | Use::Returned | Use::Handed | Use::CalledBare => None,
        });
        write!(shown, "{path}:{} ", uses.collect::<String>()).unwrap();
    }
    shown
}

fn shown(text: &str) -> String {
    let free = free_variables(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let all: String = free.iter().map(|one| paths(&one.name, &one.paths)).collect();
    all.trim_end().to_owned()
}

fn assert_each(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        assert_eq!(shown(text), *expected, "{text}");
        assert_eq!(shown(&normalise(text).unwrap()), *expected, "normal form of {text}");
    }
}

#[test]
fn names_that_the_text_binds_are_not_free() {
    assert_each(&[
        ("(a, { b, c: [d] }, ...e) => [a, b, d, e]", ""),
        (
            "function f(a) { var b; let c; const d = 1; class G {} function h() {} return [a, b, c, d, G, h] }",
            "",
        ),
        ("() => { try { f } catch (g) { g } { let f } }", "f:r"),
        ("function f() { return x; var x }", ""),
        ("() => { for (const a of b) a; for (let i = 0; i < n; i++) i }", "b:e n:r"),
        ("() => { a: for (;;) break a }", ""),
        ("() => ({ a: 1, b() {} }).c.d", ""),
        ("(a = b, c = () => d, { [e]: f = g }) => {}", "b:e d:e e:r g:e"),
        ("() => () => class { x = a; static { b() } [c]() { d } #e = this.#e }", "a:e b:c c:r d:r"),
        ("foo(a = b) { return c }", "b:e c:e"),
        ("() => { if (a) { function b() {} } b() }", "a:r b:c"),
    ]);
}

#[test]
fn reading_calling_and_handing_on() {
    assert_each(&[
        ("() => a + -b * !c", "a:r b:r c:r"),
        (
            "() => { if (a) ; while (b) ; switch (c) { case d: } for (; e;) ; a ? 1 : 2 }",
            "a:r b:r c:r d:r e:r",
        ),
        ("() => { `${a}`; a in b; a instanceof c }", "a:r b:r c:r"),
        ("() => { a(); new b(); new c; d`x`; e?.() }", "a:c b:c c:c d:c e:c"),
        ("() => f(a, ...b)", "a:e b:e f:c"),
        ("() => [a, { b, c: d, ...e }]", "a:e b:e d:e e:e"),
        ("function* f() { yield a; throw b }", "a:e b:e"),
        ("async () => await a", "a:e"),
        ("() => { const x = a; let y; y = b }", "a:e b:e"),
        ("() => { for (const x of a) ; for (const x in b) ; }", "a:e b:r"),
        ("() => typeof a === 'undefined' ? b : typeof c.d", "a:t b:e c.d:t"),
        ("() => a ?? b", "a:re b:re"),
        ("() => (a, b)", "a:r b:e"),
    ]);
    assert!(!reading("() => typeof a").free_variables[0].whole());
}

#[test]
fn assignments_of_all_kinds() {
    assert_each(&[
        ("() => { a = 1 }", "a:a"),
        ("() => { a += 1; b++; --c; d ??= f(); e ||= 1 }", "a:ra b:ra c:ra d:ra e:ra f:c"),
        (
            "() => { [a, [b], ...c] = x; ({ d, e: f, g = 1, ...h } = x) }",
            "a:a b:a c:a d:a f:a g:a h:a x:e",
        ),
        ("() => { for (a of []) ; for (b in {}) ; }", "a:a b:a"),
        ("() => { (a) = 1 }", "a:a"),
    ]);
}

#[test]
fn members_that_are_named_count_alone() {
    assert_each(
        &[
            ("() => ns.a.b(ns.c)", "ns.a.b:c ns.c:e"),
            ("() => ns['a'].b + ns[`c`]", "ns.a.b:r ns.c:r"),
            ("() => ns?.a?.b", "ns.a.b:e"),
            ("() => (0, ns.a)(1)", "ns.a:c"),
            ("() => new ns.A()", "ns.A:c"),
            ("i => ns[i] + ns.a[i].b", "ns:r ns.a:r"),
            ("i => ns.a[i](1)", "ns.a:r"),
            ("() => { const { a, b: { c = 1 }, 'd': e } = ns }", "ns.a:e ns.b.c:e ns.d:e"),
            ("() => { const { a, ...b } = ns, { [k]: v } = o }", "k:r ns:e ns.a:e o:r"),
            ("() => (ns.a ?? other).b", "ns.a:r ns.a.b:e other:r other.b:e"),
            ("() => { let x = ns.a }", "ns.a:e"),
            ("() => ns.#a in b", ""),
        ][..11],
    );
    assert!(!reading("() => ns.a").free_variables[0].whole());
    assert!(reading("i => ns[i]").free_variables[0].whole());
    assert!(reading("() => f(ns)").free_variables[0].whole());
}

#[test]
fn what_the_function_changes() {
    assert_each(&[
        (
            "() => { a.b = 1; c[d] ||= 2; delete e.f; g.h++ }",
            "a:m a.b:a c:rm d:r e:m e.f:a g:m g.h:ra",
        ),
        ("() => { a[0] = 1; b.c[0] = 2; delete d[0] }", "a:m b.c:m d:m"),
        (
            "() => { [a.b, { c: d.e = 1 }] = x; for (f.g of x) ; }",
            "a:m a.b:a d:m d.e:a f:m f.g:a x:e",
        ),
        (
            "() => { log.push(1); table.set(k, v); s?.add(1); o.list.sort() }",
            "k:e log:p log.push:c o.list:p o.list.sort:c s:p s.add:c table:p table.set:c v:e",
        ),
        ("i => rows[i].push(1)", "rows:rp"),
        ("() => Object.assign(state, more)", "Object.assign:c more:e state:me"),
    ]);
}

#[test]
fn what_instances_hold_unseen() {
    let hidden = |text: &str| {
        let Reading { hidden_fields, hidden_statics, .. } = reading(text);
        (Vec::from_iter(hidden_fields), Vec::from_iter(hidden_statics))
    };
    let text =
        "class A { b; #c = 1; static #d; accessor e; static accessor f; #g() {} get #h() {} }";
    let names = |names: [&str; 2]| names.map(str::to_owned).to_vec();
    assert_eq!(hidden(text), (names(["#c", "e"]), names(["#d", "f"])));
    assert_eq!(hidden("f() { return class { #a } }"), (vec![], vec![]));
}

#[test]
fn this_super_and_arguments_belong_to_whom() {
    let features = |text: &str| reading(text).features.into_iter().collect::<Vec<_>>();
    let this = |text: &str| paths("this", &reading(text).this);
    assert_eq!(this("f(a) { return this.x.y + (() => this.z)() }"), "this.x.y:r this.z:e ");
    assert_eq!(features("f() { return this }"), []);
    assert_eq!(features("() => this.x"), [Feature::CapturedThis]);
    assert_eq!(this("() => this.x"), "this.x:e ");
    assert_eq!(this("() => function () { this } "), "");
    assert_eq!(this("class A { a = this.b; c() { this } static { this } }"), "");
    assert_eq!(features("class A { a = this.b; c() { super.c() } }"), []);
    let parent = |text: &str| paths("super", &reading(text).parent);
    assert_eq!(parent("f() { return super.a.b + (() => super.c())() }"), "super.a.b:r super.c:c ");
    assert_eq!(parent("f() { return super[x] }"), "super:r ");
    assert_eq!(parent("class A { f() { return super.f() } }"), "");
    assert_eq!(features("f() { super.f(arguments) }"), [Feature::Arguments, Feature::Super]);
    assert_eq!(features("() => arguments"), [Feature::CapturedArguments]);
    assert_eq!(features("() => function () { arguments }"), []);
    assert_eq!(features("function f() { return () => new.target }"), [Feature::NewTarget]);
    assert_eq!(shown("() => arguments[0]"), "");
}

#[test]
fn modules_and_environment() {
    let one = reading(
        "async () => [await import('a'), import(`b`), require('c'), import.meta.url, process.env.D,\n\
         process.env['E'], typeof process.env.F, globalThis.process.env.G]",
    );
    assert_eq!(Vec::from_iter(one.imports), ["a", "b"]);
    assert_eq!(Vec::from_iter(one.requires), ["c"]);
    assert_eq!(Vec::from_iter(reading("() => require2('c')").requires), ["c"]);
    assert!(reading("() => required('c')").requires.is_empty());
    assert_eq!(Vec::from_iter(one.environment), ["D", "E", "F", "G"]);
    assert_eq!(Vec::from_iter(one.features), [Feature::ImportMeta]);
    let names = |text: &str| Vec::from_iter(reading(text).environment);
    assert_eq!(names("() => { const { A, B: b = 1 } = process.env }"), ["A", "B"]);
    assert_eq!(names("() => process.env.A.split(',')"), ["A"]);
    assert_eq!(names("() => { process.env.A = 1; process.env.B ??= 2 }"), ["B"]);
    assert_eq!(names("process => process.env.A"), [""; 0]);
    for text in ["k => process.env[k]", "() => f(process.env)", "() => { const { env } = process }"]
    {
        assert!(reading(text).features.contains(&Feature::WholeEnvironment), "{text}");
    }
    for text in ["a => import(a)", "() => import(`${a}`)"] {
        assert!(reading(text).features.contains(&Feature::UnnamedModule), "{text}");
    }
    assert!(reading("a => require(a)").features.contains(&Feature::UnnamedRequire));
    assert!(reading("require => require('a')").requires.is_empty());
}

#[test]
fn code_that_cannot_be_known() {
    for text in [
        "a => eval(a)",
        "a => (0, eval)(a)",
        "a => new Function(a)",
        "a => Function('b', a)",
        "function f(a) { with (a) b }",
    ] {
        assert!(reading(text).features.contains(&Feature::Unknowable), "{text}");
    }
    for text in ["eval => eval(1)", "a => a instanceof Function", "a => a.eval(1)"] {
        assert!(reading(text).features.is_empty(), "{text}");
    }
}

#[test]
fn classes_and_computed_names() {
    let one =
        reading("class A extends B { [k]() { return c } static d = e; static { f } [g] = k }");
    assert_eq!(one.extends.as_deref(), Some("B"));
    let at_definition: Vec<_> =
        one.free_variables.iter().filter(|one| one.only_in_definition).collect();
    let names: Vec<_> = at_definition.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["B", "g"]);
    assert!(reading("[k](a) { return l }").free_variables[0].only_in_definition);
    assert!(!reading("[k](a) { return l }").free_variables[1].only_in_definition);
    assert_eq!(reading("class A extends f(B) {}").extends, None);
    assert!(!reading("() => class extends B {}").free_variables[0].only_in_definition);
    assert_eq!(shown("class A { b() { return A } }"), "");
}

#[test]
fn its_own_name_is_told_apart() {
    let own = |text: &str| reading(text).own_name.map(|own| paths(&own.name, &own.paths));
    assert_eq!(
        own("function f(n) { return n ? f(n - 1) : f.cache }").as_deref(),
        Some("f:c f.cache:e ")
    );
    assert_eq!(own("function f() { f = null }").as_deref(), Some("f:a "));
    assert_eq!(own("function f() {}"), None);
    assert_eq!(own("function f(f) { f() }"), None);
    assert_eq!(shown("function f(n) { return f(n) }"), "");
}

#[test]
fn loaders_helpers_are_no_free_variables() {
    assert_each(&[
        ("() => { const f = __name(() => a, 'f'); __name(f, 'f'); return f }", "a:e"),
        ("() => (0, module_0.f)(1)", "module_0.f:c"),
        ("() => __toESM(require('x'))", "require:c"),
    ]);
}

#[test]
fn native_and_unparsable_texts_are_errors() {
    assert!(matches!(read("function () { [native code] }"), Err(FunctionTextError::NativeCode)));
    assert!(matches!(read("let a = 1"), Err(FunctionTextError::Unparsable)));
}

/// The normal form, and `alias=name` of what the text does not bind.
fn names(text: &str) -> (String, Vec<String>) {
    names_of(reading(text))
}

fn names_of(one: Reading) -> (String, Vec<String>) {
    let free = one.free_variables.into_iter().map(|one| format!("{}={}", one.alias, one.name));
    (one.normal_form, free.collect())
}

#[test]
fn modules_that_loaders_named_go_by_the_order_of_mention() {
    let (first, free) =
        names("() => __vite_ssr_import_7__.f((0, __vite_ssr_import_3__.g)(__vi_import_1__))");
    assert_eq!(first, "()=>module_0.f(module_1.g(module_2))");
    assert_eq!(
        free,
        [
            "module_0=__vite_ssr_import_7__",
            "module_1=__vite_ssr_import_3__",
            "module_2=__vi_import_1__",
        ]
    );
    for text in [
        "() => __vite_ssr_import_1__.f((0, __vite_ssr_import_0__.g)(__vi_import_0__))",
        "() => (0, helper_1.f)((0, helper_2.g)(index_1))",
        "() => (0, _helper.f)((0, _other.g)(_index))",
        "() => (0, import_helper.f)((0, import_other.g)(import_index))",
        &first,
    ] {
        assert_eq!(names(text).0, first);
    }
    let bound = "__vite_ssr_import_7__ => __vite_ssr_import_7__";
    assert_eq!(names(bound).0, "__vite_ssr_import_7__=>__vite_ssr_import_7__");
    assert_eq!(names("() => ({ _x: _x })").0, "()=>({_x:module_0})");
    assert_eq!(names("() => ({ _x } = y)").0, "()=>({_x}=y)");
    assert_eq!(names("module_0 => _x").0, "module_0=>_x");
    assert_eq!(names("() => [__dirname, __x]").0, "()=>[__dirname,__x]");
}

#[test]
fn names_that_a_minifier_gave_do_not_count() {
    let names = |text: &str| names_of(read_minified(text).unwrap());
    let (first, free) =
        names("function a(e,{b:t}){let n=e;return n>0?a(c(n,t),{b:d})+console.log(n):e}");
    let expected = "function local_0(local_1,{b:local_2}){let local_3=local_1;return local_3>0?local_0(free$0(\
        local_3,local_2),{b:free$1})+console.log(local_3):local_1}";
    assert_eq!(first, expected);
    assert_eq!(free, ["console=console", "free$0=c", "free$1=d"]);
    let renamed = "function x(a,{b:c}){let d=a;return d>0?x(y(d,c),{b:z})+console.log(d):a}";
    assert_eq!(names(renamed).0, first);
    assert_eq!(names(renamed).1, ["console=console", "free$0=y", "free$1=z"]);
    assert_eq!(read_minified(renamed).unwrap().own_name.unwrap().alias, "local_0");
    // Inner names may be those of outer variables, which they hide.
    assert_eq!(names("e=>a(a=>a+e)").0, names("t=>r(n=>n+t)").0);
    assert_ne!(names("e=>a(n=>n+e)").0, names("e=>a(n=>n+n)").0);
    assert_ne!(names("e=>a(b(e))").0, names("e=>a(a(e))").0);
    // Names of members stay, also where a name stands for both.
    assert_eq!(names("e=>({e})").0, names("n=>({e:n})").0);
    assert_ne!(names("e=>({e})").0, names("n=>({n})").0);
    assert_ne!(names("()=>({a}=b)").0, names("()=>({c}=b)").0);
    assert_ne!(names("e=>e.a").0, names("e=>e.b").0);
}

#[test]
fn what_vite_makes_of_an_import_is_one() {
    let one = reading("async () => (await __vite_ssr_dynamic_import__('/src/x.ts')).f()");
    assert_eq!(one.imports.into_iter().collect::<Vec<_>>(), ["/src/x.ts"]);
    let one = reading("name => __vi_import__(name)");
    assert!(one.features.contains(&Feature::UnnamedModule));
}

#[test]
fn names_that_may_matter_stay() {
    let form = |text: &str| read_minified(text).unwrap().normal_form;
    assert_ne!(names("e=>a(e)").0, names("e=>b(e)").0);
    assert_ne!(form("e=>price(e)"), form("e=>value(e)"));
    assert_ne!(form("e=>eval(a)"), form("e=>eval(b)"));
    assert_ne!(form("free$0=>a"), form("free$0=>b"));
}

fn keeps_what_it_is_handed(text: &str) -> bool {
    let free = free_variables(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let it = free.iter().find(|one| one.name == "it").unwrap_or_else(|| panic!("{text}"));
    assert!(it.uses().contains(Use::Assigned), "{text}");
    it.uses().contains(Use::Handed)
}

#[test]
fn what_is_handed_over_once_is_told_from_what_the_function_makes() {
    let kept = [
        "(one) => it ??= one",
        "(one) => { it ||= one; return it }",
        "function open(url) { if (!it) it = connect(url); return it }",
        "({ url }) => { if (it === undefined) { it = connect(url) } return it }",
        "(url) => { if (it == null) { const one = connect(url); it = one } }",
        "(...all) => { if (typeof it === 'undefined') it = all[0] }",
        "(url) => { if (it) return it; it = connect(url); return it }",
        "(url) => { if (undefined !== it) { throw new Error() } it = connect(url) }",
        "(one) => { it = it ?? one }",
        "(one) => it || (it = one)",
        "(one) => (it === null ? (it = one) : it)",
        "function open() { return it ??= arguments[0] }",
        "async (url) => (it ??= await connect(url))",
    ];
    for text in kept {
        assert!(keeps_what_it_is_handed(text), "{text}");
    }
    let made = [
        "() => it ??= connect(URL)",
        "(one) => { it = one }",
        "(n) => { it += n; return it }",
        "(n) => { if (n > it) it = n }",
        "(n) => { if (it) it = n }",
        "(one) => it &&= one",
        "(one) => { const made = connect(URL); it ??= made }",
        "(one) => { if (one) it = connect(URL) }",
    ];
    for text in made {
        assert!(!keeps_what_it_is_handed(text), "{text}");
    }
}

#[test]
fn a_call_without_arguments_is_told_from_others() {
    let is_bare = |text: &str| {
        let free = free_variables(text).unwrap();
        free.iter().any(|one| one.uses().contains(Use::CalledBare))
    };
    assert!(is_bare("() => open().read(1)"));
    assert!(is_bare("() => pool.open()"));
    assert!(!is_bare("() => open(one).read(1)"));
    assert!(!is_bare("() => new Pool()"));
}
