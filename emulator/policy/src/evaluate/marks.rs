//! Sets of statements of one policy, by their numbers.

/// The numbers of some statements, as those words of a set of bits that are not zero.
#[derive(Clone, Debug, Default)]
pub(crate) struct Marks(Vec<(usize, u64)>);

impl Marks {
    /// Adds a number that is not below those that are in already.
    pub(crate) fn push(&mut self, number: usize) {
        let (at, bit) = place(number);
        match self.0.last_mut() {
            Some((last, word)) if *last == at => *word |= bit,
            _ => self.0.push((at, bit)),
        }
    }
}

/// A word of 64 numbers, and the bit in it.
fn place(number: usize) -> (usize, u64) {
    (number / 64, 1 << (number % 64))
}

/// Words that need no room on the heap: a policy of 1,024 statements.
const INLINE: usize = 16;

/// A set of statements, while a decision is made.
#[derive(Debug, Default)]
pub(crate) struct Chosen {
    inline: [u64; INLINE],
    // Only for more statements than fit inline.
    heap: Vec<u64>,
    words: usize,
}

impl Chosen {
    /// Makes it none of so many statements.
    pub(crate) fn clear(&mut self, statements: usize) {
        self.words = statements.div_ceil(64);
        if self.words > INLINE {
            self.heap.clear();
            self.heap.resize(self.words, 0);
        } else {
            self.words_mut().fill(0);
        }
    }

    fn words(&self) -> &[u64] {
        if self.words > INLINE {
            return &self.heap;
        }
        self.inline.get(..self.words).unwrap_or_default()
    }

    fn words_mut(&mut self) -> &mut [u64] {
        if self.words > INLINE {
            return &mut self.heap;
        }
        self.inline.get_mut(..self.words).unwrap_or_default()
    }

    pub(crate) fn add(&mut self, marks: &Marks) {
        let words = self.words_mut();
        for (at, mask) in &marks.0 {
            if let Some(word) = words.get_mut(*at) {
                *word |= mask;
            }
        }
    }

    pub(crate) fn add_one(&mut self, number: usize) {
        let (at, bit) = place(number);
        if let Some(word) = self.words_mut().get_mut(at) {
            *word |= bit;
        }
    }

    /// Whether at least one of these is in.
    pub(crate) fn has_any(&self, marks: &Marks) -> bool {
        let words = self.words();
        marks
            .0
            .iter()
            .any(|(at, mask)| words.get(*at).is_some_and(|word| word & mask != 0))
    }

    pub(crate) fn has(&self, number: usize) -> bool {
        let (at, bit) = place(number);
        self.words().get(at).is_some_and(|word| word & bit != 0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.words().iter().all(|word| *word == 0)
    }

    /// Of the marked ones, keeps only those that the others mark too.
    pub(crate) fn keep(&mut self, of: &Marks, only: Option<&Marks>) {
        let mut kept = only.map_or(&[][..], |marks| &marks.0).iter().peekable();
        for (at, mask) in &of.0 {
            while kept.next_if(|(before, _)| before < at).is_some() {}
            let stays = kept.next_if(|(same, _)| same == at).map_or(0, |one| one.1);
            if let Some(word) = self.words_mut().get_mut(*at) {
                *word &= !mask | stays;
            }
        }
    }

    /// Takes out what is in neither of the others.
    pub(crate) fn keep_either(&mut self, one: &Self, other: &Self) {
        let either = one.words().iter().zip(other.words());
        for (word, (one, other)) in self.words_mut().iter_mut().zip(either) {
            *word &= one | other;
        }
    }

    /// The numbers that are in, from the least.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        let words = self.words().iter().enumerate();
        words.flat_map(|(at, word)| numbers(at, *word))
    }

    /// The numbers that are in this and marked, from the least.
    pub(crate) fn marked<'a>(&'a self, marks: &'a Marks) -> impl Iterator<Item = usize> + 'a {
        let words = self.words();
        marks.0.iter().flat_map(|(at, mask)| {
            let word = words.get(*at).copied().unwrap_or(0);
            numbers(*at, word & mask)
        })
    }
}

/// The numbers of the bits of one word.
fn numbers(at: usize, mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        if word == 0 {
            return None;
        }
        let bit = word.trailing_zeros() as usize;
        word &= word - 1;
        Some(at * 64 + bit)
    })
}

#[cfg(test)]
mod tests {
    use super::{Chosen, Marks};

    fn marks(numbers: &[usize]) -> Marks {
        let mut out = Marks::default();
        for number in numbers {
            out.push(*number);
        }
        out
    }

    #[test]
    fn keeps_what_is_in_at_any_size() {
        for size in [1, 64, 65, 1024, 1025, 5000] {
            let last = size - 1;
            let none = || {
                let mut none = Chosen::default();
                none.clear(size);
                none
            };
            let mut one = none();
            assert!(one.is_empty(), "{size}");
            one.add(&marks(&[0, last]));
            one.add_one(last / 2);
            let mut expected = vec![0, last / 2, last];
            expected.dedup();
            assert!(one.has(last) && !one.has(size), "{size}");
            assert!(one.has_any(&marks(&[last])), "{size}");
            assert!(!one.has_any(&marks(&[size])), "{size}");
            assert_eq!(one.iter().collect::<Vec<_>>(), expected, "{size}");
            let found: Vec<_> = one.marked(&marks(&[0, last])).collect();
            let mut ends = vec![0, last];
            ends.dedup();
            assert_eq!(found, ends, "{size}");
            let mut rest = none();
            rest.add(&marks(&[0, last]));
            rest.keep(&marks(&[0, last]), Some(&marks(&[last])));
            assert_eq!(rest.iter().collect::<Vec<_>>(), [last], "{size}");
            rest.keep(&marks(&[last]), None);
            assert!(rest.is_empty(), "{size}");
            let mut half = none();
            half.add_one(last / 2);
            one.keep_either(&half, &none());
            assert_eq!(one.iter().collect::<Vec<_>>(), [last / 2], "{size}");
        }
    }
}
