//! No scorecard or table needs its own result.
//!
//! It must not evaluate; it follows which rule asks for which result.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::names::{ScorecardId, TableId};
use crate::script::{Asked, RuleId, Rules};
use crate::workflow::{DecisionTable, Points, Scorecard};
use indexmap::IndexMap;
use std::collections::HashSet;

pub(in crate::workflow) fn cycles(
    rules: &Rules,
    tables: &IndexMap<TableId, DecisionTable>,
    scorecards: &IndexMap<ScorecardId, Scorecard>,
    diagnostics: &mut Diagnostics,
) {
    let table_rules = tables.iter().map(|(id, table)| (Node::Table(id.as_str()), table.inputs().to_vec()));
    let card_rules = scorecards.iter().map(|(id, card)| (Node::Card(id.as_str()), rules_of(card)));
    let all: Vec<(Node<'_>, Vec<RuleId>)> = table_rules.chain(card_rules).collect();
    for (node, own) in &all {
        for rule in own {
            if asks(rules, &all, *rule, node)
                && let Some(span) = rules.rule_span(*rule)
            {
                let message = format!("the {node} needs its own result");
                diagnostics.push(Diagnostic::new(Code::CyclicRule, span, message));
                break;
            }
        }
    }
}

#[derive(PartialEq, Eq, Hash, Clone, Copy)]
enum Node<'a> {
    Table(&'a str),
    Card(&'a str),
}

impl std::fmt::Display for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Node::Table(name) => write!(f, "table `{name}`"),
            Node::Card(name) => write!(f, "scorecard `{name}`"),
        }
    }
}

fn rules_of(card: &Scorecard) -> Vec<RuleId> {
    let points = card.criteria.values().map(|scored| match &scored.points {
        Points::Rule(rule) | Points::Bands(rule, _) => *rule,
    });
    points.chain(card.criteria.values().filter_map(|scored| scored.knock_out)).collect()
}

/// Whether a rule asks, directly or through other results, for the result of `target`.
fn asks(rules: &Rules, all: &[(Node<'_>, Vec<RuleId>)], start: RuleId, target: &Node<'_>) -> bool {
    let mut waiting = vec![start];
    let mut seen = HashSet::new();
    while let Some(rule) = waiting.pop() {
        for (asked, name) in rules.asks(rule) {
            let node = if *asked == Asked::Table { Node::Table(name) } else { Node::Card(name) };
            if node == *target {
                return true;
            }
            for (_, own) in all.iter().filter(|(known, _)| *known == node) {
                waiting.extend(own.iter().filter(|rule| seen.insert(**rule)));
            }
        }
    }
    false
}
