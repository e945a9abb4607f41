//! How long proofs of soundness take, each beside a loop of fixed work that shows how noisy the machine is.
//!
//! It must not test anything; that the nets are proved is checked once before the clock runs.

#![expect(clippy::unwrap_used, reason = "the names are fixed")]

use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use tollgate::names::{GateId, OutcomeId, StageId};
use tollgate::workflow::soundness::{MARKINGS, Verdict, prove};
use tollgate::workflow::{Cancel, Net, Transition};

/// A net in the making: one gate for each transition.
#[derive(Default)]
struct Lines(Vec<Transition>);

impl Lines {
    fn add(&mut self, from: &[String], to: &[String], cancel: Cancel) {
        let stages = |names: &[String]| names.iter().map(|name| StageId::parse(name).unwrap()).collect::<Vec<_>>();
        self.0.push(Transition {
            gate: GateId::parse(&format!("g{}", self.0.len())).unwrap(),
            outcome: OutcomeId::parse("go").unwrap(),
            from: stages(from),
            to: stages(to),
            stays: from == to,
            cancel,
        });
    }

    fn step(&mut self, from: impl Into<String>, to: impl Into<String>) {
        self.add(&[from.into()], &[to.into()], Cancel::Nothing);
    }

    fn stop(&mut self, from: impl Into<String>) {
        self.add(&[from.into()], &["lost".to_owned()], Cancel::All);
    }

    fn net(self) -> Net {
        let [start, won, lost] = ["start", "won", "lost"].map(|name| StageId::parse(name).unwrap());
        let mut stages = vec![start.clone(), won.clone(), lost.clone()];
        for stage in self.0.iter().flat_map(|it| it.from.iter().chain(&it.to)) {
            if !stages.contains(stage) {
                stages.push(stage.clone());
            }
        }
        Net::of(stages, vec![start], vec![won, lost], self.0)
    }
}

/// As the binary does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Parallel branches of so many stages; with `real`, each stage has a loop back, a way to stay and an outcome that ends everything.
fn branches(count: usize, stages: usize, real: bool) -> Net {
    let mut lines = Lines::default();
    let name = |branch: usize, stage: usize| format!("b{branch}x{stage}");
    let all = |stage: usize| (0..count).map(|branch| name(branch, stage)).collect::<Vec<_>>();
    lines.add(&["start".to_owned()], &all(0), Cancel::Nothing);
    lines.step("start", "lost");
    for branch in 0..count {
        for stage in 0..stages {
            if stage + 1 < stages {
                lines.step(name(branch, stage), name(branch, stage + 1));
            }
            if real {
                lines.step(name(branch, stage), name(branch, stage));
                lines.stop(name(branch, stage));
                if stage > 0 {
                    lines.step(name(branch, stage), name(branch, stage - 1));
                }
            }
        }
    }
    lines.add(&all(stages - 1), &["won".to_owned()], Cancel::Nothing);
    lines.add(&all(stages - 1), &["start".to_owned()], Cancel::Nothing);
    lines.net()
}

/// So many stages one after the other, each with a way on, a way back and a way out.
fn sequence(count: usize) -> Net {
    let mut lines = Lines::default();
    lines.step("start", "p0");
    for stage in 0..count {
        let next = if stage + 1 < count { format!("p{}", stage + 1) } else { "won".to_owned() };
        lines.step(format!("p{stage}"), next);
        lines.step(format!("p{stage}"), format!("p{}", stage / 3));
        lines.step(format!("p{stage}"), "lost");
    }
    lines.net()
}

/// Work that is always the same: half a million steps of a counter that cannot be foreseen.
fn reference() -> u64 {
    (0..500_000_u64).fold(black_box(7), |sum, step| (sum ^ step).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(11))
}

fn proofs(criterion: &mut Criterion) {
    let nets = [
        ("17 branches", branches(17, 1, false)),
        ("17 branches of 3 stages, loops and outcomes that end all", branches(17, 3, true)),
        ("200 stages with loops", sequence(200)),
    ];
    let mut group = criterion.benchmark_group("soundness");
    group.bench_function("reference", |bench| bench.iter(reference));
    for (name, net) in &nets {
        assert_eq!(prove(net, MARKINGS), Verdict::Proved, "{name}");
        group.bench_function(*name, |bench| bench.iter(|| prove(black_box(net), MARKINGS)));
    }
    group.finish();
}

criterion_group!(benches, proofs);
criterion_main!(benches);
