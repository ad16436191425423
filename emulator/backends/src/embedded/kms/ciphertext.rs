//! The blob that a symmetric key makes, and that says which key it was.
//!
//! The form is our own; AWS documents only that the key can be told from it. Byte 1 is the form's
//! number; then account and key id, each behind its length in one byte; the version of the key
//! material in four; a nonce of twelve; what AES-256-GCM gave. All before the nonce is
//! authenticated, and so is the encryption context.

use std::collections::BTreeMap;

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};

const FORM: u8 = 1;
const NONCE: usize = 12;

/// An encryption context.
pub(super) type Context = BTreeMap<String, String>;

/// What stands before the sealed part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Heading {
    pub(crate) account: String,
    pub(crate) key_id: String,
    /// Which version of the key's material, from 0.
    pub(super) version: u32,
}

impl Heading {
    fn bytes(&self) -> Option<Vec<u8>> {
        let mut out = vec![FORM];
        for text in [&self.account, &self.key_id] {
            out.push(u8::try_from(text.len()).ok()?);
            out.extend_from_slice(text.as_bytes());
        }
        out.extend_from_slice(&self.version.to_be_bytes());
        Some(out)
    }

    /// Reads the heading of a blob; what follows comes with it.
    pub(crate) fn read(blob: &[u8]) -> Option<(Self, &[u8])> {
        let (form, rest) = blob.split_first()?;
        (*form == FORM).then_some(())?;
        let (account, rest) = text(rest)?;
        let (key_id, rest) = text(rest)?;
        let (version, rest) = rest.split_first_chunk::<4>()?;
        let heading = Self {
            account,
            key_id,
            version: u32::from_be_bytes(*version),
        };
        Some((heading, rest))
    }

    /// Seals a plaintext under a secret of 32 bytes.
    pub(super) fn seal(
        &self,
        secret: &[u8],
        nonce: [u8; NONCE],
        context: &Context,
        plaintext: &[u8],
    ) -> Option<Vec<u8>> {
        let mut out = self.bytes()?;
        let aad = authenticated(&out, context);
        let payload = Payload {
            msg: plaintext,
            aad: &aad,
        };
        let cipher = Aes256Gcm::new_from_slice(secret).ok()?;
        let sealed = cipher.encrypt(&Nonce::from(nonce), payload).ok()?;
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Some(out)
    }

    /// Opens what followed the heading; none if anything was changed.
    pub(super) fn open(&self, secret: &[u8], context: &Context, rest: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = rest.split_first_chunk::<NONCE>()?;
        let aad = authenticated(&self.bytes()?, context);
        let payload = Payload {
            msg: sealed,
            aad: &aad,
        };
        let cipher = Aes256Gcm::new_from_slice(secret).ok()?;
        cipher.decrypt(&Nonce::from(*nonce), payload).ok()
    }
}

/// A text behind its length.
fn text(bytes: &[u8]) -> Option<(String, &[u8])> {
    let (length, rest) = bytes.split_first()?;
    let (text, rest) = rest.split_at_checked(usize::from(*length))?;
    Some((String::from_utf8(text.to_vec()).ok()?, rest))
}

/// The heading and the pairs of the context, sorted, each text behind its length: two contexts
/// never give the same bytes.
fn authenticated(heading: &[u8], context: &Context) -> Vec<u8> {
    let mut out = heading.to_vec();
    for text in context.iter().flat_map(|(key, value)| [key, value]) {
        out.extend_from_slice(&text.len().to_be_bytes());
        out.extend_from_slice(text.as_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heading() -> Heading {
        Heading {
            account: "123456789012".to_owned(),
            key_id: "1234abcd-12ab-34cd-56ef-1234567890ab".to_owned(),
            version: 3,
        }
    }

    fn context(pairs: &[(&str, &str)]) -> Context {
        let owned = pairs
            .iter()
            .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
        owned.collect()
    }

    #[test]
    fn nothing_of_a_blob_can_be_changed() {
        let context = context(&[("a", "1"), ("b", "2")]);
        let blob = heading()
            .seal(&[7; 32], [9; 12], &context, b"secret")
            .unwrap();
        let (read, rest) = Heading::read(&blob).unwrap();
        assert_eq!(read, heading());
        assert_eq!(read.open(&[7; 32], &context, rest).unwrap(), b"secret");
        assert_eq!(read.open(&[8; 32], &context, rest), None);
        for index in 0..blob.len() {
            let mut changed = blob.clone();
            changed[index] ^= 1;
            let opened = Heading::read(&changed)
                .and_then(|(read, rest)| read.open(&[7; 32], &context, rest));
            assert_eq!(opened, None, "byte {index}");
        }
    }

    #[test]
    fn contexts_that_look_alike_are_not_the_same() {
        let blob = heading()
            .seal(&[7; 32], [9; 12], &context(&[("ab", "c")]), b"secret")
            .unwrap();
        let (read, rest) = Heading::read(&blob).unwrap();
        for other in [
            context(&[("a", "bc")]),
            context(&[]),
            context(&[("ab", "C")]),
        ] {
            assert_eq!(read.open(&[7; 32], &other, rest), None, "{other:?}");
        }
    }
}
