//! JSON as `serde_json` writes it, byte for byte, for lines that are nearly all plain text.
//!
//! `serde_json` looks at each byte of a text to see whether it wants an escape, which is most of
//! the cost of a line. Here a text is looked at as a whole; whatever is not plain goes to
//! `serde_json`.

use serde::{
    Serialize, Serializer,
    ser::{
        Error as _, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
        SerializeTuple, SerializeTupleStruct, SerializeTupleVariant,
    },
};
use serde_json::Error;

/// Appends a value; after an error `out` ends anywhere inside of it.
pub(crate) fn write<T: Serialize>(out: &mut Vec<u8>, value: &T) -> Result<(), Error> {
    value.serialize(Json { out })
}

/// Says whether a text stands in JSON as it is.
///
/// Source: RFC 8259, 7: quotation mark, reverse solidus and the control characters are escaped.
fn is_plain(text: &str) -> bool {
    let (words, rest) = text.as_bytes().as_chunks();
    let mut last = [b' '; 8];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    let found = words
        .iter()
        .fold(0, |found, word| found | escaped_in(*word));
    found | escaped_in(last) == 0
}

/// Not zero where one of eight bytes is escaped: eight comparisons at once, as in "Bit Twiddling
/// Hacks", "Determine if a word has a byte less than n" and "equal to n".
fn escaped_in(word: [u8; 8]) -> u64 {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    let word = u64::from_le_bytes(word);
    let below = |word: u64, n: u64| word.wrapping_sub(ONES * n) & !word & HIGH;
    let equal = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    below(word, 0x20) | equal(b'"') | equal(b'\\')
}

fn push_text(out: &mut Vec<u8>, text: &str) -> Result<(), Error> {
    if !is_plain(text) {
        return serde_json::to_writer(out, text);
    }
    out.reserve(text.len() + 2);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
    Ok(())
}

struct Json<'o> {
    out: &'o mut Vec<u8>,
}

impl<'o> Json<'o> {
    fn open(self, bracket: u8, close: &'static str) -> Members<'o> {
        self.out.push(bracket);
        Members {
            out: self.out,
            is_first: true,
            close,
        }
    }

    fn object(self) -> Members<'o> {
        self.open(b'{', "}")
    }

    fn array(self) -> Members<'o> {
        self.open(b'[', "]")
    }

    /// `{"variant":`, with what closes it besides the value's own bracket.
    fn variant(self, variant: &str) -> Result<Self, Error> {
        self.out.push(b'{');
        push_text(self.out, variant)?;
        self.out.push(b':');
        Ok(self)
    }
}

/// The members of an array or an object.
struct Members<'o> {
    out: &'o mut Vec<u8>,
    is_first: bool,
    close: &'static str,
}

impl Members<'_> {
    fn comma(&mut self) {
        if !std::mem::take(&mut self.is_first) {
            self.out.push(b',');
        }
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.comma();
        value.serialize(Json { out: self.out })
    }

    fn member<T: Serialize + ?Sized>(&mut self, name: &str, value: &T) -> Result<(), Error> {
        self.comma();
        push_text(self.out, name)?;
        self.out.push(b':');
        value.serialize(Json { out: self.out })
    }

    fn done(self) {
        self.out.extend_from_slice(self.close.as_bytes());
    }
}

/// What `serde_json` does as well: numbers have their own rules there.
macro_rules! as_serde_json_does {
    ($($name:ident: $kind:ty),*) => {
        $(fn $name(self, value: $kind) -> Result<(), Error> {
            serde_json::to_writer(self.out, &value)
        })*
    };
}

impl<'o> Serializer for Json<'o> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Members<'o>;
    type SerializeTuple = Members<'o>;
    type SerializeTupleStruct = Members<'o>;
    type SerializeTupleVariant = Members<'o>;
    type SerializeMap = Members<'o>;
    type SerializeStruct = Members<'o>;
    type SerializeStructVariant = Members<'o>;

    as_serde_json_does! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32,
        serialize_i64: i64, serialize_i128: i128, serialize_u8: u8, serialize_u16: u16,
        serialize_u32: u32, serialize_u64: u64, serialize_u128: u128, serialize_f32: f32,
        serialize_f64: f64, serialize_char: char, serialize_bytes: &[u8]
    }

    fn serialize_str(self, text: &str) -> Result<(), Error> {
        push_text(self.out, text)
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<(), Error> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<(), Error> {
        push_text(self.out, variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let Self { out } = self.variant(variant)?;
        value.serialize(Json { out })?;
        out.push(b'}');
        Ok(())
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<Members<'o>, Error> {
        Ok(self.array())
    }

    fn serialize_tuple(self, _length: usize) -> Result<Members<'o>, Error> {
        Ok(self.array())
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        _length: usize,
    ) -> Result<Members<'o>, Error> {
        Ok(self.array())
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Members<'o>, Error> {
        Ok(self.variant(variant)?.open(b'[', "]}"))
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Members<'o>, Error> {
        Ok(self.object())
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Members<'o>, Error> {
        Ok(self.object())
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Members<'o>, Error> {
        Ok(self.variant(variant)?.open(b'{', "}}"))
    }
}

impl SerializeMap for Members<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.comma();
        let start = self.out.len();
        key.serialize(Json { out: self.out })?;
        if self.out.get(start) == Some(&b'"') {
            Ok(())
        } else {
            Err(Error::custom("the key of an object has to be a text"))
        }
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.out.push(b':');
        value.serialize(Json { out: self.out })
    }

    fn end(self) -> Result<(), Error> {
        self.done();
        Ok(())
    }
}

/// The traits that differ in the names of their methods only.
macro_rules! members {
    ($($kind:ident: $method:ident($($name:ident)?) => $to:ident),* $(,)?) => {
        $(impl $kind for Members<'_> {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(
                &mut self,
                $($name: &'static str,)?
                value: &T,
            ) -> Result<(), Error> {
                self.$to($($name,)? value)
            }

            fn end(self) -> Result<(), Error> {
                self.done();
                Ok(())
            }
        })*
    };
}

members! {
    SerializeSeq: serialize_element() => element,
    SerializeTuple: serialize_element() => element,
    SerializeTupleStruct: serialize_field() => element,
    SerializeTupleVariant: serialize_field() => element,
    SerializeStruct: serialize_field(name) => member,
    SerializeStructVariant: serialize_field(name) => member,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde::Serialize;
    use serde_json::Value;

    use super::write;

    fn written<T: Serialize>(value: &T) -> String {
        let mut out = Vec::new();
        write(&mut out, value).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[derive(Serialize)]
    struct Unit;

    #[derive(Serialize)]
    struct Pair(u8, f64);

    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    enum Form {
        Nothing,
        One(&'static str),
        Two(i64, char),
        Named { a_field: Option<bool>, b: Unit },
    }

    #[derive(Serialize)]
    struct Everything {
        forms: Vec<Form>,
        pair: Pair,
        #[serde(flatten)]
        more: BTreeMap<String, (u128, i8)>,
        #[serde(skip_serializing_if = "Option::is_none")]
        absent: Option<u8>,
    }

    #[test]
    fn every_form_is_written_as_serde_json_does() {
        let value = Everything {
            forms: vec![
                Form::Nothing,
                Form::One("\u{7f}\u{2028} ü"),
                Form::Two(-1, '"'),
                Form::Named {
                    a_field: Some(true),
                    b: Unit,
                },
            ],
            pair: Pair(7, 0.1),
            more: BTreeMap::from([("k\\\n".to_owned(), (1, -1))]),
            absent: None,
        };
        assert_eq!(
            written(&value),
            r#"{"forms":["nothing",{"one":" ü"},{"two":[-1,"\""]},{"named":{"a_field":true,"b":null}}],"pair":[7,0.1],"k\\\n":[1,-1]}"#
                .replace(" ü", "\u{7f}\u{2028} ü")
        );
        assert_eq!(written(&value), serde_json::to_string(&value).unwrap());
    }

    #[test]
    fn each_byte_that_is_escaped_is_found_at_each_place() {
        for byte in 0..=0x7f_u8 {
            let letter = char::from(byte);
            let is_plain = serde_json::to_string(&letter).unwrap().len() == 3;
            for before in 0..17 {
                let text = format!("{:a>before$}{letter}é{:a>9}", "", "");
                assert_eq!(super::is_plain(&text), is_plain, "{text:?}");
            }
        }
    }

    #[test]
    fn a_key_that_is_no_text_is_refused() {
        let error = write(&mut Vec::new(), &BTreeMap::from([(vec![1], 2)])).unwrap_err();
        assert_eq!(error.to_string(), "the key of an object has to be a text");
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            "[ -~]{0,40}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
                prop::collection::vec((any::<String>(), inner), 0..8)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_value_is_written_as_serde_json_does(value in value()) {
            prop_assert_eq!(written(&value), serde_json::to_string(&value).unwrap());
        }
    }
}
