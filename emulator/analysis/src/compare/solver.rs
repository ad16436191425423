//! Whether conditions can hold together: clauses over numbered propositions.

/// A proposition or, negated, its opposite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Literal {
    pub(crate) proposition: usize,
    pub(crate) holds: bool,
}

pub(crate) fn yes(proposition: usize) -> Literal {
    Literal {
        proposition,
        holds: true,
    }
}

pub(crate) fn no(proposition: usize) -> Literal {
    Literal {
        proposition,
        holds: false,
    }
}

/// All of them have to hold; each holds if one of its literals does.
pub(crate) type Clauses = Vec<Vec<Literal>>;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Solution {
    /// They can hold together: these propositions hold, those do not, the rest does not matter.
    Possible(Vec<Option<bool>>),
    Impossible,
    /// It took too long to say.
    Unknown,
}

/// Branches that are tried before giving up.
const STEPS: usize = 20_000;

/// Solves by unit propagation and branching, the first literals of short clauses first.
pub(crate) fn solve(clauses: &Clauses, propositions: usize) -> Solution {
    let mut steps = STEPS;
    let values = vec![None; propositions];
    branch(clauses, values, &mut steps)
}

fn branch(clauses: &Clauses, mut values: Vec<Option<bool>>, steps: &mut usize) -> Solution {
    if *steps == 0 {
        return Solution::Unknown;
    }
    *steps -= 1;
    let literal = match propagate(clauses, &mut values) {
        Consequence::Contradiction => return Solution::Impossible,
        Consequence::Nothing => return Solution::Possible(values),
        Consequence::Open(literal) => literal,
    };
    let mut unknown = false;
    for holds in [literal.holds, !literal.holds] {
        let mut next = values.clone();
        set(&mut next, literal.proposition, holds);
        match branch(clauses, next, steps) {
            Solution::Impossible => {}
            Solution::Unknown => unknown = true,
            found @ Solution::Possible(_) => return found,
        }
    }
    if unknown {
        Solution::Unknown
    } else {
        Solution::Impossible
    }
}

fn set(values: &mut [Option<bool>], proposition: usize, holds: bool) {
    if let Some(value) = values.get_mut(proposition) {
        *value = Some(holds);
    }
}

/// What follows from what has to be.
enum Consequence {
    Contradiction,
    /// Everything holds.
    Nothing,
    /// This has to be decided.
    Open(Literal),
}

fn propagate(clauses: &Clauses, values: &mut [Option<bool>]) -> Consequence {
    loop {
        let mut changed = false;
        let mut open: Option<(usize, Literal)> = None;
        for clause in clauses {
            let value = |l: &Literal| values.get(l.proposition).copied().flatten();
            if clause.iter().any(|l| value(l) == Some(l.holds)) {
                continue;
            }
            let mut free = clause.iter().filter(|l| value(l).is_none());
            let Some(first) = free.next() else {
                return Consequence::Contradiction;
            };
            let rest = free.count();
            if rest == 0 {
                let first = *first;
                set(values, first.proposition, first.holds);
                changed = true;
            } else if open.is_none_or(|(len, _)| rest < len) {
                open = Some((rest, *first));
            }
        }
        if !changed {
            return open.map_or(Consequence::Nothing, |(_, literal)| {
                Consequence::Open(literal)
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Solution, no, solve, yes};

    #[test]
    fn solves() {
        let possible = solve(&vec![vec![yes(0)], vec![no(0), yes(1)]], 2);
        assert_eq!(possible, Solution::Possible(vec![Some(true), Some(true)]));
        let clauses = vec![
            vec![yes(0), yes(1)],
            vec![no(0), yes(1)],
            vec![yes(0), no(1)],
            vec![no(0), no(1)],
        ];
        assert_eq!(solve(&clauses, 2), Solution::Impossible);
    }

    #[test]
    fn gives_up_on_pigeons() {
        // Twelve pigeons in eleven holes.
        let at = |pigeon: usize, hole: usize| pigeon * 11 + hole;
        let mut clauses: Vec<_> = (0..12)
            .map(|p| (0..11).map(|h| yes(at(p, h))).collect())
            .collect();
        for hole in 0..11 {
            for (a, b) in (0..12).flat_map(|a| (0..a).map(move |b| (a, b))) {
                clauses.push(vec![no(at(a, hole)), no(at(b, hole))]);
            }
        }
        assert_eq!(solve(&clauses, 132), Solution::Unknown);
    }
}
