use proptest::prelude::*;

use super::*;

/// Forms of every kind, and how they end tells where the next begins.
fn form() -> impl Strategy<Value = Vec<u8>> {
    let text = |tag: u8| {
        proptest::collection::vec(any::<u8>(), 0..200).prop_map(move |bytes| {
            let mut form = vec![tag];
            write_count(&mut form, bytes.len());
            form.extend(bytes);
            form
        })
    };
    let leaf = prop_oneof![
        (0x02..=0x05_u8).prop_map(|tag| vec![tag]),
        any::<[u8; 8]>().prop_map(|bytes| [&[0x06], &bytes[..]].concat()),
        prop_oneof![Just(0x07), Just(0x08), Just(0x16), Just(0x17), Just(0x22)].prop_flat_map(text),
        any::<[u8; 8]>().prop_map(|bytes| [&[0x20, 0x06], &bytes[..]].concat()),
        any::<[u8; 9]>().prop_map(|bytes| [&[0x31], &bytes[..], &[7; 32]].concat()),
        Just(vec![0x15, 1]),
        Just(vec![0x19, 0x10, 1, 0x02, 0x11, 1, 1, b'a', 0x03]),
        Just(vec![0x25, 4, b'B', b'l', b'o', b'b', 0x10, 1, 0x04]),
        Just(vec![0x1a, 2, b'a', b'b']),
        Just(vec![0x1a, 0, 0, 0x10, 1, 0x04]),
        Just(vec![0x1c, 0x11, 1, 1, b'a', 0x1b, 3]),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let items = proptest::collection::vec(inner, 0..6);
        (prop_oneof![Just(0x10_u8), Just(0x11), Just(0x12), Just(0x13)], items).prop_map(
            |(tag, mut items)| {
                if tag == 0x12 && items.len() % 2 == 1 {
                    items.pop();
                }
                let mut form = vec![tag];
                let count = if tag == 0x12 { items.len() / 2 } else { items.len() };
                write_count(&mut form, count);
                if tag == 0x11 {
                    (0..count).for_each(|_| form.extend([1, b'a']));
                }
                form.extend(items.concat());
                form
            },
        )
    })
}

fn write_count(form: &mut Vec<u8>, count: usize) {
    if count < 128 {
        form.push(u8::try_from(count).unwrap_or_default());
    } else {
        form.extend([
            u8::try_from(count & 0x7f).unwrap_or_default() | 0x80,
            u8::try_from(count >> 7).unwrap_or_default(),
        ]);
    }
}

/// Of a class `c` that inherits from an object, derives from `Set`, and has a property and a private field.
const INSTANCE: &[u8] = &[
    0x1a, 1, 0x16, 1, b'c', 1, 0x11, 0, 0x13, 1, 0x04, 0x11, 1, 1, b'a', 0x05, 1, 2, b'#', b'b',
    0x1a, 0, 0, 0x11, 0, 0,
];

#[test]
fn an_instance_reads_as_classes_content_properties_and_what_is_hidden() {
    let rest = [0x02];
    assert_eq!(split(&[INSTANCE, &rest].concat()), Some((INSTANCE, &rest[..])));
    let Some(Form::Unregistered(read)) = read(INSTANCE) else { panic!("reads otherwise") };
    assert_eq!(read.classes, &INSTANCE[..8]);
    assert_eq!(read.content, Some(&INSTANCE[8..11]));
    assert_eq!(read.own, Some(&INSTANCE[11..16]));
    let hidden: Vec<_> = named_forms(read.hidden).collect();
    assert_eq!(hidden, [(&b"#b"[..], &INSTANCE[20..])]);
    for end in 0..INSTANCE.len() {
        assert_eq!(split(&INSTANCE[..end]), None);
    }
}

#[test]
fn a_run_of_holes_stands_for_as_many_elements() {
    let form = [0x10, 5, 0x02, 0x01, 3, 0x03, 0x04];
    assert_eq!(split(&form), Some((&form[..6], &form[6..])));
    assert_eq!(split(&[0x10, 2, 0x01, 3]), None);
}

proptest! {
    #[test]
    fn a_form_ends_where_the_next_begins(form in form(), rest: Vec<u8>) {
        let bytes = [form.clone(), rest.clone()].concat();
        prop_assert_eq!(split(&bytes), Some((&form[..], &rest[..])));
        prop_assert!(read(&form).is_some());
    }

    #[test]
    fn a_cut_form_is_none(form in form(), at: prop::sample::Index) {
        prop_assert_eq!(split(&form[..at.index(form.len())]), None);
    }

    #[test]
    fn any_bytes_read_or_are_refused(bytes: Vec<u8>) {
        let _ = split(&bytes);
        let _ = read(&bytes);
        let _ = forms(&bytes).count();
    }
}
