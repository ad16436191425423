//! What stands there twice, or is covered by something wider.

use std::collections::BTreeMap;

use rolecall_policy::{
    ActionPattern, ResourcePattern,
    document::{
        Comparison, Span,
        json::{Node, Value},
    },
};

use super::super::{
    check::Check,
    finding::Edit,
    report::{Input, Report, quoted, remove},
    view::{Condition, Item, List, Literal, Statement, member},
};

pub(super) fn run(input: &Input<'_>, report: &mut Report<'_>) {
    for statement in &input.statements {
        if let Some(list) = &statement.actions {
            actions(input, report, list);
        }
        if let Some(list) = &statement.resources {
            resources(input, report, list);
        }
        for condition in &statement.conditions {
            numbers(report, condition);
        }
    }
    statements(input, report);
}

fn actions(input: &Input<'_>, report: &mut Report<'_>, list: &List<'_>) {
    let patterns: Vec<ActionPattern> = list
        .items
        .iter()
        .map(|i| ActionPattern::new(i.text))
        .collect();
    let same = |text: &str| text.to_ascii_lowercase();
    let covers = |a: &ActionPattern, b: &ActionPattern| a.covers(b);
    for (index, by) in covered(input, &list.items, &patterns, same, covers) {
        found(
            report,
            Check::RedundantAction,
            list,
            index,
            by,
            "the action",
        );
    }
}

fn resources(input: &Input<'_>, report: &mut Report<'_>, list: &List<'_>) {
    let (kind, version) = (input.kind.kind(), input.version);
    let compile = |item: &Item<'_>| ResourcePattern::compile(item.text, kind, version);
    let patterns: Vec<ResourcePattern> = list.items.iter().map(compile).collect();
    let covers = |a: &ResourcePattern, b: &ResourcePattern| a.covers(b);
    for (index, by) in covered(input, &list.items, &patterns, str::to_owned, covers) {
        found(
            report,
            Check::RedundantResource,
            list,
            index,
            by,
            "the resource",
        );
    }
}

/// The items that another one covers, with that one. Of equal ones the first stays.
fn covered<P>(
    input: &Input<'_>,
    items: &[Item<'_>],
    patterns: &[P],
    same: impl Fn(&str) -> String,
    covers: impl Fn(&P, &P) -> bool,
) -> Vec<(usize, usize)> {
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut out = Vec::new();
    let wide: Vec<(usize, &P)> = (items.iter().zip(patterns).enumerate())
        .filter(|(_, (item, _))| item.text.contains(['*', '?']))
        .map(|(index, (_, pattern))| (index, pattern))
        .collect();
    for (index, (item, pattern)) in items.iter().zip(patterns).enumerate() {
        let earlier = *first.entry(same(item.text)).or_insert(index);
        if earlier != index {
            out.push((index, earlier));
            continue;
        }
        let wider = wide.iter().find(|(other, wide)| {
            *other != index
                && input.may_compare()
                && covers(wide, pattern)
                // Of two that cover each other the first stays.
                && (*other < index || !covers(pattern, wide))
        });
        out.extend(wider.map(|(other, _)| (index, *other)));
    }
    out
}

fn found(
    report: &mut Report<'_>,
    check: Check,
    list: &List<'_>,
    index: usize,
    by: usize,
    what: &str,
) {
    let (Some(item), Some(by)) = (list.items.get(index), list.items.get(by)) else {
        return;
    };
    let message = if item.text == by.text {
        format!("{what} {} is there twice", quoted(item.text))
    } else {
        format!(
            "{what} {} is part of {}",
            quoted(item.text),
            quoted(by.text)
        )
    };
    // The places of all elements, whatever they are, so that the comma goes with the right one.
    let edits = match &list.member.node.value {
        Value::List(nodes) => remove_node(nodes, item.span),
        _ => Vec::new(),
    };
    report.add_fixable(
        check,
        item.span,
        message,
        "remove it; the policy stays the same",
        edits,
    );
}

/// Takes the node at a place out of a list.
fn remove_node(nodes: &[Node], span: Span) -> Vec<Edit> {
    let at = nodes.partition_point(|node| node.span.start < span.start);
    let first = at.saturating_sub(1);
    let neighbours = nodes.iter().skip(first).take(3);
    let spans: Vec<Span> = neighbours.map(|node| node.span).collect();
    remove(&spans, at - first)
}

/// Which of several numbers decides.
fn numbers(report: &mut Report<'_>, condition: &Condition<'_>) {
    let Some(operator) = condition.operator.filter(|o| o.set.is_none()) else {
        return;
    };
    let (keep, which): (fn(f64, f64) -> bool, _) = match operator.comparison {
        Comparison::NumericLessThan | Comparison::NumericLessThanEquals => {
            (|a, b| a > b, "greatest")
        }
        Comparison::NumericGreaterThan | Comparison::NumericGreaterThanEquals => {
            (|a, b| a < b, "least")
        }
        _ => return,
    };
    let parsed: Option<Vec<(f64, &Item<'_>)>> = condition
        .values
        .iter()
        .map(|item| {
            let number: f64 = item.text.parse().ok()?;
            number.is_finite().then_some((number, item))
        })
        .collect();
    let Some(numbers) = parsed.filter(|numbers| numbers.len() > 1) else {
        return;
    };
    let decisive = numbers
        .iter()
        .copied()
        .reduce(|a, b| if keep(b.0, a.0) { b } else { a });
    let Some((_, decisive)) = decisive else {
        return;
    };
    let text = match decisive.literal {
        Literal::String => rolecall_policy::document::compact(&decisive.text.into()),
        Literal::Number | Literal::Bool => decisive.text.to_owned(),
    };
    let span = condition.entry.node.span;
    report.add_fixable(
        Check::RedundantConditionValueNum,
        span,
        format!(
            "of the numbers for {} only the {which} counts",
            quoted(condition.key())
        ),
        format!("keep {} alone", quoted(decisive.text)),
        vec![Edit {
            span: span.range(),
            text,
        }],
    );
}

fn statements(input: &Input<'_>, report: &mut Report<'_>) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let list = member(input.members, "Statement").map(|m| &m.node.value);
    let nodes: &[Node] = match list {
        Some(Value::List(nodes)) => nodes,
        _ => &[],
    };
    for (index, statement) in input.statements.iter().enumerate() {
        let first = *seen.entry(meaning(statement)).or_insert(index);
        if first == index {
            continue;
        }
        report.add_fixable(
            Check::RedundantStatement,
            statement.place(),
            format!("this statement says what statement {} says", first + 1),
            "remove one of them",
            remove_node(nodes, statement.node.span),
        );
    }
}

/// The statement without its name, its lists sorted: equal for statements that say the same.
fn meaning(statement: &Statement<'_>) -> String {
    let mut members: Vec<String> = statement
        .members
        .iter()
        .filter(|m| m.key != "Sid")
        .map(|m| {
            let fold = matches!(m.key.as_str(), "Action" | "NotAction");
            let text = canonical(&m.node);
            let text = if fold {
                text.to_ascii_lowercase()
            } else {
                text
            };
            format!("{}:{text}", m.key)
        })
        .collect();
    members.sort();
    members.join(",")
}

/// JSON with sorted lists and objects; a list of one is its element.
fn canonical(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(text) => text.clone(),
        Value::Text(text) => serde_json::Value::from(text.as_str()).to_string(),
        Value::List(nodes) => {
            let mut items: Vec<String> = nodes.iter().map(canonical).collect();
            items.sort();
            items.dedup();
            match items.as_slice() {
                [one] => one.clone(),
                _ => format!("[{}]", items.join(",")),
            }
        }
        Value::Object(members) => {
            let one = |m: &rolecall_policy::document::json::Member| {
                format!(
                    "{}:{}",
                    serde_json::Value::from(m.key.as_str()),
                    canonical(&m.node)
                )
            };
            let mut items: Vec<String> = members.iter().map(one).collect();
            items.sort();
            format!("{{{}}}", items.join(","))
        }
    }
}
