//! Which pairs of bytes stand side by side: a pattern whose text has a pair that another text
//! does not have cannot match it. Two words are compared where a matcher would walk.

use super::glob::Unit;

/// A set of pairs of bytes; different pairs may count as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signature([u64; 4]);

impl Signature {
    /// Every pair of a text.
    pub(crate) fn of_text(text: &[u8]) -> Self {
        let mut out = Self::default();
        for (one, other) in text.iter().zip(text.iter().skip(1)) {
            out.add(*one, *other);
        }
        out
    }

    /// The pairs that every text has that a pattern matches, given as its units.
    pub(crate) fn add_units(&mut self, units: &[Unit]) {
        for pair in units.iter().zip(units.iter().skip(1)) {
            if let (Unit::Byte(one), Unit::Byte(other)) = pair {
                self.add(*one, *other);
            }
        }
    }

    /// Whether it has every pair of the other.
    pub(crate) fn has(&self, other: &Self) -> bool {
        let pairs = self.0.iter().zip(&other.0);
        pairs.fold(0, |missing, (own, other)| missing | (other & !own)) == 0
    }

    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn add(&mut self, one: u8, other: u8) {
        // Multiplication spreads the letters that names are made of over all bits.
        let hash = (u32::from(one) << 8 | u32::from(other)).wrapping_mul(0x9e37_79b1) >> 24;
        if let Some(word) = self.0.get_mut((hash >> 6) as usize) {
            *word |= 1 << (hash & 63);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Signature;
    use crate::pattern::glob::units;

    fn of_pattern(pattern: &str) -> Signature {
        let mut out = Signature::default();
        out.add_units(&units(pattern).collect::<Vec<_>>());
        out
    }

    #[test]
    fn a_text_has_what_its_patterns_have() {
        let text = Signature::of_text(b"bucket-50/key/of/an/object");
        for pattern in ["*-50/*", "bucket*object", "*", "?ucket-5?/*", "*/an/*"] {
            assert!(text.has(&of_pattern(pattern)), "{pattern}");
        }
        for pattern in ["*-51/*", "*zz*", "Bucket*"] {
            assert!(!text.has(&of_pattern(pattern)), "{pattern}");
        }
        assert!(of_pattern("*a?b*").is_empty());
    }
}
