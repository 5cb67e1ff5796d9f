//! Key lists as forms need them.

use std::cell::RefCell;
use std::rc::Rc;

use hashbrown::HashMap;

use crate::codec::CodecError;
use crate::codec::form::Forms;
use crate::codec::reader::{Letters, Reader};
use crate::codec::shapes::Shapes;
use crate::codec::tags;
use crate::codec::value::Text;

/// A key list as forms need it.
pub struct ShapeForm {
    /// The forms of the names, one after the other.
    names: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
    /// Which name comes first, second, …; none where they are in order.
    pub order: Option<Vec<usize>>,
}

impl ShapeForm {
    fn of(keys: &[Text]) -> Self {
        let mut forms = Forms::default();
        let name = |key: &Text| {
            forms.letters(&Letters::from(key));
            forms.end()
        };
        let ends: Vec<usize> = keys.iter().map(name).collect();
        let mut shape = Self { names: forms.since(0).to_vec(), ends, order: None };
        let mut order: Vec<usize> = (0..keys.len()).collect();
        order.sort_by_key(|&index| shape.name(index));
        shape.order = (!order.is_sorted()).then_some(order);
        shape
    }

    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// The form of a name.
    pub fn name(&self, index: usize) -> &[u8] {
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.names[start..self.ends[index]]
    }
}

/// Key lists kept by a thread, at most.
const SHAPES_KEPT: usize = 1024;

thread_local! {
    /// By their bytes: programs store records of the same key lists again and again.
    static SHAPES: RefCell<HashMap<Box<[u8]>, Rc<ShapeForm>>> = RefCell::default();
}

/// Reads the next key list.
pub fn read_shape(reader: &mut Reader<'_>) -> Result<Rc<ShapeForm>, CodecError> {
    // How long it is, is known once its keys are read.
    let length = skip_shape(&mut Reader::new(reader.rest()))?;
    let definition = reader.take(length)?;
    SHAPES.with_borrow_mut(|kept| {
        if let Some(shape) = kept.get(definition) {
            return Ok(Rc::clone(shape));
        }
        let mut shapes = Shapes::default();
        let number = shapes.define(&mut Reader::new(definition))?;
        let shape = Rc::new(ShapeForm::of(&shapes.keys(number)?));
        if kept.len() >= SHAPES_KEPT {
            kept.clear();
        }
        kept.insert(definition.into(), Rc::clone(&shape));
        Ok(shape)
    })
}

/// The bytes of the key list that comes next: its hash, a count, and keys.
fn skip_shape(reader: &mut Reader<'_>) -> Result<usize, CodecError> {
    let length = reader.rest().len();
    reader.take(4)?;
    for _ in 0..reader.byte()? {
        match reader.byte()? {
            tag @ tags::SHORT_STRING..tags::SHORT_RECORD => {
                reader.take(usize::from(tag - tags::SHORT_STRING))?;
            }
            tags::UTF16 => {
                let units = usize::from(reader.byte()?);
                reader.take(2 * units)?;
            }
            _ => return Err(CodecError::Malformed("key")),
        }
    }
    Ok(length - reader.rest().len())
}
