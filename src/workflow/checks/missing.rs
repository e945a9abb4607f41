//! Fields that may still be missing where a rule reads them: no stage and no gate has asked for them before.
//!
//! It must not blame a rule that asks for the field itself: a criterion, a score, a decision or an approval names what it lacks, and the
//! gate waits for it. Where nobody waits, a deadline is silently none, a stage has no lead, a gate does not say whether it concerns
//! the record.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::names::{GateId, RoleId, StageId};
use crate::script::{Asked, Demand, KnownFields, Root, RuleId};
use crate::source::Span;
use crate::table::{HitPolicy, Shape};
use crate::workflow::demanded::{Demanded, Passing};
use crate::workflow::{Assign, Deadline, Decider, DecisionTable, Gate, Points, Stage};
use indexmap::IndexMap;
use std::collections::HashSet;

/// Where a rule is asked: in words, and at which stages, with what could ask for the field before.
#[derive(Clone)]
struct Place<'w> {
    words: String,
    stages: &'w [StageId],
    asker: String,
}

pub(in crate::workflow) fn check<'w>(
    demanded: &Demanded<'w>,
    stages: &'w IndexMap<StageId, Stage>,
    gates: &'w IndexMap<GateId, Gate>,
    diagnostics: &mut Diagnostics,
) {
    let mut found = Finder { demanded, found: IndexMap::new(), seen: HashSet::new() };
    for stage in stages.values() {
        found.stage(stage);
    }
    for gate in gates.values() {
        if let Some(passing) = demanded.passing(gate.id()) {
            found.gate(gate, passing);
        }
    }
    for ((span, _), (demand, places)) in &found.found {
        diagnostics.push(finding(demanded, *span, demand, places));
    }
}

type Found<'w> = (Demand, Vec<(Place<'w>, Span)>);

struct Finder<'f, 'w> {
    demanded: &'f Demanded<'w>,
    /// What is missing by where it is read, with every rule for which it is.
    found: IndexMap<(Span, String), Found<'w>>,
    seen: HashSet<(RuleId, String, KnownFields)>,
}

impl<'w> Finder<'_, 'w> {
    fn stage(&mut self, stage: &'w Stage) {
        let Some(known) = self.demanded.at_stage(stage.id()) else { return };
        let place = |what: &str| Place {
            words: format!("{what} of stage `{}`", stage.id()),
            stages: std::slice::from_ref(stage.id()),
            asker: format!("`{}`", stage.id()),
        };
        if let Some(Deadline::By(rule)) = stage.deadline() {
            self.rule(*rule, &known, &place("the deadline"));
        }
        for (role, what) in
            stage.lead().map(|role| (role, "the lead")).into_iter().chain(stage.support().iter().map(|role| (role, "the support")))
        {
            self.role(role, &known, &place(what));
        }
    }

    fn gate(&mut self, gate: &'w Gate, passing: &Passing<'w>) {
        let place =
            |what: &str| Place { words: format!("{what} of gate `{}`", gate.id()), stages: gate.from(), asker: format!("`{}`", gate.id()) };
        if let Some(when) = gate.when() {
            self.rule(when, &passing.before, &place("`when`"));
        }
        // What these lack they name themselves, and the gate waits for it; but nobody can fill in an earlier form of the record.
        for (id, criterion) in gate.must().iter().chain(gate.should()) {
            let place = place(&format!("the criterion `{id}`"));
            let applies = criterion.when.map(|when| {
                self.earlier(when, &passing.asked, &place);
                self.demanded.presence(when, &passing.asked)
            });
            let known = applies.as_ref().and_then(|applies| applies.met.as_ref()).unwrap_or(&passing.asked);
            self.earlier(criterion.expect, known, &place);
        }
        if let Decider::Rules(rules) = gate.decider() {
            for ((rule, outcome), known) in rules.iter().zip(&passing.deciding) {
                if let Some(rule) = rule {
                    self.earlier(*rule, known, &place(&format!("the decision for `{outcome}`")));
                }
            }
        }
        for role in gate.submit() {
            self.role(role, &passing.asked, &place("the submitters"));
        }
        for (id, outcome) in gate.outcomes() {
            let Some(known) = passing.outcomes.get(id) else { continue };
            for spawn in &outcome.spawns {
                let place = place(&format!("the outcome `{id}`, which starts `{}`,", spawn.workflow));
                let mut known = known.clone();
                for rule in spawn.for_each.into_iter().chain(spawn.when) {
                    self.rule(rule, &known, &place);
                    known = self.demanded.presence(rule, &known).met.clone().unwrap_or(known);
                }
                // What is copied where it is there is no mistake; but what every record of the child must have. A case that does not
                // exist yet has no number of its own.
                let child = (self.demanded.shapes().records)(spawn.record.as_str());
                let key = child.as_ref().and_then(|child| child.key()).map(|key| key.as_str());
                for (_, rule) in spawn.fields.iter().filter(|(place, _)| place.field().required && Some(place.path().as_str()) != key) {
                    self.rule(*rule, &known, &place);
                }
            }
            for role in outcome.obligations.values().filter_map(|owed| owed.role.as_ref()) {
                self.role(role, known, &place(&format!("the obligations of the outcome `{id}`")));
            }
        }
    }

    /// How a role is held; members hold it in any case, and a default stands in for what is missing.
    fn role(&mut self, role: &RoleId, known: &KnownFields, place: &Place<'w>) {
        let Some(role) = self.demanded.parts().roles.get(role).filter(|role| role.default().is_empty() && role.members().is_empty()) else {
            return;
        };
        let place = Place { words: format!("role `{}`, {}", role.id(), place.words), ..place.clone() };
        match role.assign() {
            Some(Assign::Rule(rule)) => self.rule(*rule, known, &place),
            Some(Assign::Table(table)) => self.table(table.as_str(), known, &place, &mut Vec::new()),
            None => {}
        }
    }

    /// Reads of the record as it last was.
    fn earlier(&mut self, rule: RuleId, known: &KnownFields, place: &Place<'w>) {
        let presence = self.demanded.presence(rule, known);
        let Some(whole) = self.demanded.rules().rule_span(rule) else { return };
        for demand in presence.demands.iter().filter(|demand| demand.field.root == Root::Before) {
            self.note(demand.clone(), place, whole);
        }
    }

    fn rule(&mut self, rule: RuleId, known: &KnownFields, place: &Place<'w>) {
        self.rule_within(rule, known, place, &mut Vec::new());
    }

    /// A rule and what it asks for; `within` are the scorecards and tables around it.
    fn rule_within(&mut self, rule: RuleId, known: &KnownFields, place: &Place<'w>, within: &mut Vec<(Asked, String)>) {
        if !self.seen.insert((rule, place.words.clone(), known.clone())) {
            return;
        }
        let rules = self.demanded.rules();
        let presence = self.demanded.presence(rule, known);
        let Some(whole) = rules.rule_span(rule) else { return };
        for demand in &presence.demands {
            self.note(demand.clone(), place, whole);
        }
        for ask in &presence.asks {
            self.asked(ask.asked, &ask.name, &ask.known, place, within);
        }
    }

    fn note(&mut self, demand: Demand, place: &Place<'w>, rule: Span) {
        let places = &mut self.found.entry((demand.span, demand.field.to_string())).or_insert_with(|| (demand, Vec::new())).1;
        if !places.iter().any(|(known, _)| known.words == place.words) {
            places.push((place.clone(), rule));
        }
    }

    fn asked(&mut self, asked: Asked, name: &str, known: &KnownFields, place: &Place<'w>, within: &mut Vec<(Asked, String)>) {
        match asked {
            Asked::Table => self.table(name, known, place, within),
            Asked::Score | Asked::Grade => self.card(name, known, place, within),
        }
    }

    fn table(&mut self, name: &str, known: &KnownFields, place: &Place<'w>, within: &mut Vec<(Asked, String)>) {
        let key = (Asked::Table, name.to_owned());
        let Some(table) = self.demanded.parts().tables.get(name).filter(|_| !within.contains(&key)) else { return };
        within.push(key);
        let place = Place { words: format!("the table `{name}` for {}", place.words), ..place.clone() };
        for (_, rule) in table.inputs().iter().enumerate().filter(|(column, _)| decides(table, *column)) {
            self.rule_within(*rule, known, &place, within);
        }
        within.pop();
    }

    fn card(&mut self, name: &str, known: &KnownFields, place: &Place<'w>, within: &mut Vec<(Asked, String)>) {
        let key = (Asked::Score, name.to_owned());
        let Some(card) = self.demanded.parts().scorecards.get(name).filter(|_| !within.contains(&key)) else { return };
        within.push(key);
        let place = Place { words: format!("the scorecard `{name}` for {}", place.words), ..place.clone() };
        for scored in card.criteria.values() {
            if scored.missing.is_none() {
                let (Points::Rule(rule) | Points::Bands(rule, _)) = &scored.points;
                self.rule_within(*rule, known, &place, within);
            }
            if let Some(rule) = scored.knock_out {
                self.rule_within(rule, known, &place, within);
            }
        }
        within.pop();
    }
}

/// Whether a row that can be reached tests an input.
fn decides(table: &DecisionTable, column: usize) -> bool {
    let rows = table.table().rows();
    let any = |test: &crate::table::UnaryTest| matches!(test.shape(), Shape::Any);
    let reached = rows.iter().take_while(|row| table.table().hit() != HitPolicy::First || !row.tests.iter().all(any));
    reached.into_iter().any(|row| row.tests.get(column).is_some_and(|test| !any(test)))
}

fn finding(demanded: &Demanded<'_>, span: Span, demand: &Demand, places: &[(Place<'_>, Span)]) -> Diagnostic {
    let record = demanded.shapes().record.name().as_str();
    let field = demand.field.written(record);
    let mut diagnostic = Diagnostic::new(Code::MaybeMissing, span, format!("`{field}` may still be missing here"));
    let Some((first, rule)) = places.first() else { return diagnostic };
    diagnostic = diagnostic.label(format!("read for {}", first.words.trim_end_matches(',')));
    if rule.source != span.source || span.start < rule.start || span.end > rule.end {
        diagnostic = diagnostic.related(*rule, "by this rule");
    }
    if demand.field.root == Root::Before {
        return diagnostic
            .note(format!("example: a record of which no earlier form is known, so that `{field}` has no value"))
            .help(format!("say what counts without it: `{field} ?? ..`"));
    }
    if let Some(way) = first.stages.iter().find_map(|stage| way(demanded, demand, stage)) {
        diagnostic = diagnostic.note(way);
    }
    if places.len() > 1 {
        let others: HashSet<&str> = places.iter().skip(1).map(|(place, _)| place.asker.as_str()).collect();
        let mut others: Vec<&str> = others.into_iter().filter(|asker| *asker != first.asker).collect();
        others.sort_unstable();
        if !others.is_empty() {
            diagnostic = diagnostic.note(format!("also read so at: {}", others.join(", ")));
        }
    }
    diagnostic.help(format!(
        "list `{}` under `needs` of {}, or before it, or say what counts without it: `{field} ?? ..`",
        demand.field, first.asker
    ))
}

fn way(demanded: &Demanded<'_>, demand: &Demand, to: &StageId) -> Option<String> {
    let steps = demanded.way_without(&demand.field, to)?;
    let Some(first) = steps.first() else {
        return Some(format!("way: a case starts at `{to}`, and nothing asks for `{}` before", demand.field));
    };
    let mut words = format!("way: a case starts at `{}`", first.from.first()?);
    for step in &steps {
        let stage = step.to.iter().find(|stage| *stage == to).or(step.to.first())?;
        words.push_str(&format!(", `{}` lets it go on ({}) to `{stage}`", step.gate, step.outcome));
    }
    Some(format!("{words}; nothing on this way asks for `{}`", demand.field))
}
