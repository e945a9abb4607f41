//! Claims about parts of drawn rules and functions, held against rules that break where a claim is wrong.
//!
//! It must not use the analysis to tell what is right: a part that is said to be always met is replaced by one that throws where it is
//! not, and the rules are run.

use super::properties::{Draw, answer, run};
use super::tests::{Made, SCRIPT};
use super::*;
use crate::record::Object;
use crate::script::{Answer, FaultKind};

const RULES: usize = 40;
const PROGRAMS: usize = 60;
const BREAK: &str = "throw \"wrong\"";

/// A rule: a condition, perhaps with a `switch`, with a call, or with an early end.
fn rule(draw: &mut Draw) -> String {
    let depth = 1 + draw.below(2);
    match draw.below(6) {
        0 => switched(draw, "lead"),
        1 => format!("if {} {{ return {}; }} {}", draw.condition(depth), draw.condition(1), draw.condition(1)),
        2 => format!(
            "let x = {}; if x > 1 && {} {{ {} }} else {{ {} }}",
            draw.number(1),
            draw.condition(1),
            draw.condition(1),
            draw.condition(0)
        ),
        3 => format!("part_{}(lead, {}) && {}", draw.below(3), draw.number(0), draw.condition(1)),
        4 => format!("{} || part_{}(lead, {})", draw.condition(0), draw.below(3), draw.number(1)),
        _ => draw.condition(depth + 1),
    }
}

fn switched(draw: &mut Draw, record: &str) -> String {
    let (on, labels) = [("e", ["\"a\"", "\"b\""]), ("n", ["0", "7"]), ("k", ["1", "2"])][draw.below(3)];
    let (a, b, c, guard) = (draw.condition(0), draw.condition(0), draw.condition(1), draw.condition(0));
    let guard = if draw.below(2) == 0 { format!("if {guard} ") } else { String::new() };
    format!("switch {record}.{on} {{ {} => {a}, {} {guard}=> {b}, _ => {c} }}", labels[0], labels[1])
}

/// Functions of a record and a number.
fn functions(draw: &mut Draw) -> String {
    let bodies: Vec<String> = (0..3)
        .map(|index| {
            let body = match draw.below(3) {
                0 => format!("if {} {{ return {}; }} {}", draw.condition(1), draw.condition(0), draw.condition(1)),
                1 => switched(draw, "lead"),
                _ => draw.condition(2),
            };
            let body = body.replace("before.n", "x").replace("lead", "r").replace("today", "date(\"2026-11-02\")");
            format!("fn part_{index}(r, x) {{ {body} }}\n")
        })
        .collect();
    format!("{SCRIPT}{}", bodies.concat())
}

/// What breaks where a claim is wrong, and what breaks where it is right.
fn probes(fixed: &Fixed, part: &str) -> [String; 2] {
    let met = format!("(if {part} {{ {BREAK} }} else {{ false }})");
    let unmet = format!("(if {part} {{ true }} else {{ {BREAK} }})");
    match (fixed.part, fixed.met) {
        // A claim about a choice is that it is never reached: nothing can break where it is right.
        (Part::Choice, _) => [format!("(if true {{ {BREAK} }} else {{ true }})"), part.to_owned()],
        (_, true) => [unmet, met],
        (_, false) => [met, unmet],
    }
}

#[test]
fn what_is_claimed_of_parts_no_drawn_record_contradicts() {
    let mut draw = Draw(0x5eed_2026_1124);
    let records: Vec<Arc<Object>> = (0..60).map(|_| draw.record()).collect();
    let (mut parts, mut reached) = ([0; 4], 0);
    for _ in 0..PROGRAMS {
        let texts: Vec<String> = (0..RULES).map(|_| rule(&mut draw)).collect();
        let script = functions(&mut draw);
        // Every third rule is only asked where the one before it holds.
        let given = |index: usize| (index % 3 == 2).then(|| index - 1);
        let made = Made::new(&texts, &script);
        let claims = made.with(|logic| {
            for (index, rule) in made.ids.iter().enumerate() {
                let given: Vec<Asked> = given(index).map(|other| Asked { rule: made.ids[other], met: true }).into_iter().collect();
                logic.watch(*rule, &given);
            }
            logic.fixed()
        });
        let asked_with = |index: usize| {
            let (made, records) = (&made, &records);
            let pairs = records.iter().enumerate().map(|(number, record)| (record, &records[(number + 7) % records.len()]));
            pairs.filter(move |(record, before)| {
                given(index).is_none_or(|other| answer(made, made.ids[other], record, before) == Some(true))
            })
        };
        let with_probes = |claim: &Fixed| {
            let source = made.sources.get(claim.span.source).unwrap().text();
            let (rest, after) = source.split_at(claim.span.end as usize);
            let (before, part) = rest.split_at(claim.span.start as usize);
            probes(claim, part).map(|probe| [before, &probe, after].concat())
        };
        let breaks = |other: &Made, rule: RuleId, index: usize| {
            let broken = |answer: &Answer| matches!(answer, Answer::Fault(fault) if fault.kind == FaultKind::Thrown);
            asked_with(index).find(|(record, before)| broken(&run(other, rule, record, before))).map(|(record, _)| Arc::clone(record))
        };
        let mut hold = |claim: &Fixed, [wrong, right]: [Option<Arc<Object>>; 2]| {
            let kind = match claim.part {
                _ if claim.in_function => 3,
                Part::Link { .. } => 0,
                Part::If { .. } => 1,
                Part::Choice => 2,
            };
            parts[kind] += 1;
            reached += usize::from(right.is_some());
            let part = made.sources.text(claim.span);
            assert!(wrong.is_none(), "{:?}, said to be met: {}: `{part}`\nby {}", claim.part, claim.met, wrong.unwrap());
        };
        let (in_functions, in_rules): (Vec<&Fixed>, Vec<&Fixed>) = claims.iter().partition(|claim| claim.in_function);
        let place = |rule: &RuleId| made.ids.iter().position(|id| id == rule).unwrap();
        let changed = in_rules.iter().flat_map(|claim| {
            let (before, _) = made.sources.get(claim.span.source).unwrap().text().split_at(claim.span.start as usize);
            let line = before.matches('\n').count();
            with_probes(claim).map(|text| text.lines().nth(line).unwrap().trim_start().to_owned())
        });
        let other = Made::new(&changed.collect::<Vec<_>>(), &script);
        for (claim, ids) in in_rules.iter().zip(other.ids.chunks(2)) {
            let index = place(claim.rules.first().unwrap());
            hold(claim, [ids[0], ids[1]].map(|rule| breaks(&other, rule, index)));
        }
        for claim in in_functions {
            let broken = with_probes(claim).map(|script| {
                let other = Made::new(&texts, &script);
                claim.rules.iter().find_map(|rule| breaks(&other, *rule, place(rule)))
            });
            hold(claim, broken);
        }
    }
    let [links, ifs, choices, in_functions] = parts;
    let told = format!("{links} links, {ifs} ifs, {choices} choices, {in_functions} in functions, {reached} of them reached");
    assert!(links >= 500 && ifs >= 100 && choices >= 50 && in_functions >= 40 && reached >= 500, "{told}");
}
