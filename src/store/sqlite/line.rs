//! Who writes: whoever has something to write does it himself when nobody else is at it, along with all that comes in meanwhile.
//!
//! It must not know what a task is. Nobody else's thread is woken for one who is alone, which would take longer than his write.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Those who have something to do, one of whom does it for all.
#[derive(Debug)]
pub(super) struct Line<T, R> {
    state: Mutex<State<T, R>>,
    /// Wakes the one who leads and waits for others.
    came: Condvar,
}

#[derive(Debug)]
struct State<T, R> {
    waiting: VecDeque<Job<T, R>>,
    led: bool,
    /// Whoever leads sleeps until somebody comes.
    watched: bool,
}

#[derive(Debug)]
struct Job<T, R> {
    task: T,
    place: Arc<Place<R>>,
}

/// Where one waits for what became of his task.
#[derive(Debug)]
struct Place<R> {
    turn: Mutex<Option<Turn<R>>>,
    changed: Condvar,
}

#[derive(Debug)]
enum Turn<R> {
    Done(R),
    /// It is for him now to do what waits.
    Lead,
    /// Whoever had it in hand is gone.
    Gone,
}

/// What the one who leads has in hand. When it is dropped, the next one leads.
#[derive(Debug)]
pub(super) struct Leading<'a, T, R> {
    line: &'a Line<T, R>,
    jobs: Vec<Job<T, R>>,
}

impl<T, R> Line<T, R> {
    pub(super) fn new() -> Self {
        Self { state: Mutex::new(State { waiting: VecDeque::new(), led: false, watched: false }), came: Condvar::new() }
    }

    /// Has a task done. `lead` does all that it takes out of the line, and answers in the same order. `None` when whoever had the task in
    /// hand panicked.
    pub(super) fn ask(&self, task: T, lead: impl FnOnce(&mut Leading<'_, T, R>) -> Vec<R>) -> Option<R> {
        let place = Arc::new(Place { turn: Mutex::new(None), changed: Condvar::new() });
        let mut state = lock(&self.state);
        state.waiting.push_back(Job { task, place: Arc::clone(&place) });
        if state.led {
            if state.watched {
                self.came.notify_one();
            }
            drop(state);
            match place.wait() {
                Turn::Done(reply) => return Some(reply),
                Turn::Gone => return None,
                Turn::Lead => {}
            }
        } else {
            state.led = true;
            drop(state);
        }
        let mut leading = Leading { line: self, jobs: Vec::new() };
        let replies = lead(&mut leading);
        let jobs = std::mem::take(&mut leading.jobs);
        // The next one begins while these are told.
        drop(leading);
        for (job, reply) in jobs.into_iter().zip(replies) {
            job.place.set(Turn::Done(reply));
        }
        match place.wait() {
            Turn::Done(reply) => Some(reply),
            Turn::Gone | Turn::Lead => None,
        }
    }
}

impl<T, R> Leading<'_, T, R> {
    /// The next task; waits for one where it is said until when. What is first in the line is the task of the one who leads.
    pub(super) fn take(&mut self, until: Option<Instant>) -> Option<&T> {
        let mut state = lock(&self.line.state);
        while state.waiting.is_empty() {
            let left = until.map(|until| until.saturating_duration_since(Instant::now())).filter(|left| !left.is_zero())?;
            state.watched = true;
            let woken = self.line.came.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
            state = woken.0;
            state.watched = false;
        }
        self.jobs.extend(state.waiting.pop_front());
        drop(state);
        self.jobs.last().map(|job| &job.task)
    }

    /// How many it took.
    pub(super) fn taken(&self) -> usize {
        self.jobs.len()
    }
}

impl<T, R> Drop for Leading<'_, T, R> {
    fn drop(&mut self) {
        let mut state = lock(&self.line.state);
        // Only where the work was left in a panic. What is first in the line is then the task of the one who is gone, if he took none.
        if std::thread::panicking() && self.jobs.is_empty() {
            state.waiting.pop_front();
        }
        for job in self.jobs.drain(..) {
            job.place.set(Turn::Gone);
        }
        match state.waiting.front() {
            Some(next) => next.place.set(Turn::Lead),
            None => state.led = false,
        }
    }
}

impl<R> Place<R> {
    fn set(&self, turn: Turn<R>) {
        *lock(&self.turn) = Some(turn);
        self.changed.notify_one();
    }

    fn wait(&self) -> Turn<R> {
        let mut turn = lock(&self.turn);
        loop {
            match turn.take() {
                Some(turn) => return turn,
                None => turn = self.changed.wait(turn).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
}

/// Nothing panics while it holds one of these locks.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    /// Doubles all that is there, slowly enough for others to come.
    fn double(leading: &mut Leading<'_, u64, u64>) -> Vec<u64> {
        let mut replies = Vec::new();
        while let Some(task) = leading.take(None) {
            replies.push(task * 2);
        }
        std::thread::sleep(Duration::from_micros(50));
        replies
    }

    #[test]
    fn everybody_is_answered_what_he_asked_and_most_are_done_together() {
        let (line, turns) = (Line::new(), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for thread in 0..16_u64 {
                let (line, turns) = (&line, &turns);
                scope.spawn(move || {
                    for task in thread * 100..thread * 100 + 100 {
                        let lead = |leading: &mut Leading<'_, u64, u64>| {
                            turns.fetch_add(1, Ordering::Relaxed);
                            double(leading)
                        };
                        assert_eq!(line.ask(task, lead), Some(task * 2));
                    }
                });
            }
        });
        assert!(turns.into_inner() < 1_600, "each of 1,600 tasks was done alone");
    }

    #[test]
    fn whoever_waits_for_others_is_woken_by_them_and_waits_no_longer_than_he_said() {
        let line = Line::new();
        let until = Instant::now() + Duration::from_secs(60);
        let both =
            |leading: &mut Leading<'_, u64, u64>| -> Vec<u64> { (0..2).filter_map(|_| leading.take(Some(until)).copied()).collect() };
        std::thread::scope(|scope| {
            for task in [1, 2] {
                let line = &line;
                scope.spawn(move || assert_eq!(line.ask(task, both), Some(task)));
            }
        });
        assert!(Instant::now() < until);
        let alone = line.ask(7, |leading| {
            let first: Vec<u64> = leading.take(None).copied().into_iter().collect();
            assert_eq!(leading.take(Some(Instant::now() + Duration::from_millis(1))), None);
            assert_eq!(leading.taken(), 1);
            first
        });
        assert_eq!(alone, Some(7));
    }

    #[test]
    fn a_panic_takes_only_those_with_it_whose_tasks_were_in_hand() {
        let line: Line<u64, u64> = Line::new();
        let broken = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            line.ask(1, |leading| {
                leading.take(None);
                panic!("the work breaks")
            })
        }));
        assert!(broken.is_err());
        assert_eq!(line.ask(2, double), Some(4));
        let broken = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| line.ask(3, |_| panic!("it breaks before it begins"))));
        assert!(broken.is_err());
        assert_eq!(line.ask(4, double), Some(8));
    }
}
