//! The fewest sets that have everything between them.

/// Branches that are tried before the best so far has to do.
const STEPS: usize = 5_000;

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
///
/// A set within another is never needed for the number of sets; it may take the place of the other
/// in the end, where it does and costs less.
pub(crate) fn cover(len: usize, choices: &[Choice]) -> Cover {
    let large = maximal(len, choices);
    let few: Vec<Choice> = large
        .iter()
        .filter_map(|n| choices.get(*n))
        .cloned()
        .collect();
    let found = cover_with(len, &few);
    let chosen = found.chosen.iter().filter_map(|n| large.get(*n)).copied();
    Cover {
        chosen: cheapened(len, choices, chosen.collect()),
        fewest: found.fewest,
    }
}

/// The sets that are within no other.
fn maximal(len: usize, choices: &[Choice]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..choices.len()).collect();
    let size = |number: &usize| choices.get(*number).map_or(0, |one| one.members.len());
    order.sort_by_key(|number| (std::cmp::Reverse(size(number)), *number));
    let mut kept: Vec<(usize, Vec<bool>)> = Vec::new();
    for number in order {
        let members = choices.get(number).map_or(&[][..], |one| &one.members);
        let within = |has: &[bool]| members.iter().all(|m| has.get(*m) == Some(&true));
        if !kept.iter().any(|(_, has)| within(has)) {
            let mut has = vec![false; len];
            for member in members {
                if let Some(one) = has.get_mut(*member) {
                    *one = true;
                }
            }
            kept.push((number, has));
        }
    }
    kept.into_iter().map(|(number, _)| number).collect()
}

/// Replaces each set by the cheapest that has what no other chosen set has.
fn cheapened(len: usize, choices: &[Choice], mut chosen: Vec<usize>) -> Vec<usize> {
    for at in 0..chosen.len() {
        let mut times = vec![0_usize; len];
        let others = chosen.iter().enumerate().filter(|(index, _)| *index != at);
        let others = others.filter_map(|(_, number)| choices.get(*number));
        for member in others.flat_map(|one| &one.members) {
            if let Some(count) = times.get_mut(*member) {
                *count += 1;
            }
        }
        let own = chosen.get(at).and_then(|number| choices.get(*number));
        let own: Vec<usize> = own.map_or_else(Vec::new, |one| one.members.clone());
        let needed: Vec<usize> = own
            .into_iter()
            .filter(|m| times.get(*m) == Some(&0))
            .collect();
        let enough = |one: &Choice| needed.iter().all(|m| one.members.binary_search(m).is_ok());
        let all = choices.iter().enumerate().filter(|(_, one)| enough(one));
        let cheapest = all.min_by_key(|(number, one)| (one.cost, *number));
        if let (Some((number, _)), Some(place)) = (cheapest, chosen.get_mut(at)) {
            *place = number;
        }
    }
    chosen
}

fn cover_with(len: usize, choices: &[Choice]) -> Cover {
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
            for other in with
                .filter_map(|n| self.choices.get(*n))
                .flat_map(|c| &c.members)
            {
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
        if chosen.len() + self.least(covered) >= self.best.len() {
            return;
        }
        let open = covered.iter().enumerate().filter(|(_, times)| **times == 0);
        let next = open.min_by_key(|(member, _)| self.by_member.get(*member).map(Vec::len));
        let Some((member, _)) = next else {
            self.best.clone_from(chosen);
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
