//! The fewest sets that have everything between them.

/// Branches that are tried before the best so far has to do.
const STEPS: usize = 100_000;

/// A set to choose, and how much it costs where the number of sets is the same.
#[derive(Clone, Debug)]
pub(crate) struct Choice {
    pub(crate) members: Vec<usize>,
    pub(crate) cost: usize,
}

/// The chosen sets, and whether there cannot be fewer of those that were given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Cover {
    pub(crate) chosen: Vec<usize>,
    pub(crate) fewest: bool,
}

/// Covers `0..len`; every number has to be in some set.
pub(crate) fn cover(len: usize, choices: &[Choice]) -> Cover {
    let mut by_member: Vec<Vec<usize>> = vec![Vec::new(); len];
    for (number, choice) in choices.iter().enumerate() {
        for member in &choice.members {
            if let Some(of) = by_member.get_mut(*member) {
                of.push(number);
            }
        }
    }
    for of in &mut by_member {
        of.sort_by_key(|number| {
            let choice = choices.get(*number);
            choice.map(|c| (std::cmp::Reverse(c.members.len()), c.cost))
        });
    }
    let mut search = Search {
        choices,
        by_member: &by_member,
        best: greedy(len, choices),
        steps: STEPS,
    };
    search.branch(&mut vec![0; len], &mut Vec::new());
    Cover {
        chosen: search.best,
        fewest: search.steps > 0,
    }
}

fn greedy(len: usize, choices: &[Choice]) -> Vec<usize> {
    let mut open = vec![true; len];
    let mut chosen = Vec::new();
    let gain = |choice: &Choice, open: &[bool]| {
        let members = choice.members.iter();
        members.filter(|m| open.get(**m) == Some(&true)).count()
    };
    loop {
        let best = choices.iter().enumerate().max_by_key(|(number, choice)| {
            let cost = std::cmp::Reverse((choice.cost, *number));
            (gain(choice, &open), cost)
        });
        let Some((number, choice)) = best.filter(|(_, choice)| gain(choice, &open) > 0) else {
            return chosen;
        };
        chosen.push(number);
        for member in &choice.members {
            if let Some(one) = open.get_mut(*member) {
                *one = false;
            }
        }
    }
}

struct Search<'a> {
    choices: &'a [Choice],
    by_member: &'a [Vec<usize>],
    best: Vec<usize>,
    steps: usize,
}

impl Search<'_> {
    fn cost(&self, chosen: &[usize]) -> (usize, usize) {
        let costs = chosen.iter().filter_map(|number| self.choices.get(*number));
        (chosen.len(), costs.map(|choice| choice.cost).sum())
    }

    /// At least so many more sets: members that no set has two of need one each.
    fn least(&self, covered: &[usize]) -> usize {
        let mut blocked = vec![false; covered.len()];
        let mut count = 0;
        for (member, times) in covered.iter().enumerate() {
            if *times > 0 || blocked.get(member) == Some(&true) {
                continue;
            }
            count += 1;
            let with = self.by_member.get(member).into_iter().flatten();
            for other in with.filter_map(|n| self.choices.get(*n)).flat_map(|c| &c.members) {
                if let Some(one) = blocked.get_mut(*other) {
                    *one = true;
                }
            }
        }
        count
    }

    fn branch(&mut self, covered: &mut Vec<usize>, chosen: &mut Vec<usize>) {
        if self.steps == 0 {
            return;
        }
        self.steps -= 1;
        let best = self.cost(&self.best);
        if chosen.len() + self.least(covered) > best.0 {
            return;
        }
        let open = covered.iter().enumerate().filter(|(_, times)| **times == 0);
        let next = open.min_by_key(|(member, _)| self.by_member.get(*member).map(Vec::len));
        let Some((member, _)) = next else {
            if self.cost(chosen) < best {
                self.best.clone_from(chosen);
            }
            return;
        };
        let with = self.by_member.get(member).cloned().unwrap_or_default();
        for number in with {
            let Some(choice) = self.choices.get(number) else {
                continue;
            };
            let mut change = |by: fn(usize) -> usize| {
                for member in &choice.members {
                    if let Some(times) = covered.get_mut(*member) {
                        *times = by(*times);
                    }
                }
            };
            change(|times| times + 1);
            chosen.push(number);
            self.branch(covered, chosen);
            chosen.pop();
            let mut change = |by: fn(usize) -> usize| {
                for member in &choice.members {
                    if let Some(times) = covered.get_mut(*member) {
                        *times = by(*times);
                    }
                }
            };
            change(|times| times.saturating_sub(1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Choice, Cover, cover};

    #[test]
    fn finds_the_fewest_where_greed_does_not() {
        let sets = [
            vec![0, 1, 2, 3],
            vec![0, 1, 4],
            vec![2, 3, 5],
            vec![4],
            vec![5],
        ];
        let choices = sets.map(|members| Choice { members, cost: 1 });
        let expected = Cover {
            chosen: vec![1, 2],
            fewest: true,
        };
        assert_eq!(cover(6, &choices), expected);
    }
}
