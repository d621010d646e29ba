//! A queue, a base and crashes: nothing is lost, nothing comes twice after its acknowledgement was stored, the order is
//! kept.
use std::collections::BTreeSet;

use proptest::prelude::*;

use super::{item, results};
use crate::failure::{Code, Failure};
use crate::ports::RelayItem;
use crate::relay::{Fate, Lane, Pace, Step, Trouble, step};

const PACE: Pace = Pace {
    first_ms: 1,
    most_ms: 10,
    attempts: 4,
    idle_ms: 1,
    batch: 6,
    bytes: 400,
};

/// What happens next.
#[derive(Debug, Clone)]
enum Turn {
    /// Events come.
    Come(u8),
    /// A call that arrives and is answered.
    Call,
    /// A call that does not arrive.
    Away,
    /// A call that is worked off, and whose answer is lost.
    Lost,
    /// A call that fails as a whole.
    Broken,
    /// A call in which every event whose number has this remainder fails or is refused.
    Partly(u64, bool),
    /// The program dies after the call and before what it has learnt is stored.
    Crash,
}

fn turn() -> impl Strategy<Value = Turn> {
    prop_oneof![
        3 => (1_u8..5).prop_map(Turn::Come),
        4 => Just(Turn::Call),
        1 => Just(Turn::Away),
        2 => Just(Turn::Lost),
        1 => Just(Turn::Broken),
        1 => (0_u64..3, any::<bool>()).prop_map(|(rest, refused)| Turn::Partly(rest, refused)),
        2 => Just(Turn::Crash),
    ]
}

#[derive(Default)]
struct World {
    last: u64,
    /// The store.
    waiting: Vec<RelayItem>,
    dead: BTreeSet<u64>,
    acknowledged: BTreeSet<u64>,
    lane: Lane,
    /// The base, which knows what it has by its id.
    applied: Vec<u64>,
    /// Events that the base itself has put off.
    put_off: BTreeSet<u64>,
}

impl World {
    fn play(&mut self, turn: &Turn) {
        if let Turn::Come(count) = turn {
            for _ in 0..*count {
                self.last += 1;
                self.waiting.push(item(self.last));
            }
            return;
        }
        let Step::Send(batch) = step(&self.waiting, self.lane.room(&PACE), PACE.bytes) else {
            return;
        };
        let batch = batch.to_vec();
        for sent in &batch {
            assert!(
                !self.acknowledged.contains(&sent.number),
                "{} was acknowledged",
                sent.number
            );
        }
        let failure = || Failure::new(Code::ServiceFailed);
        let mut said: Vec<(u64, &str)> = Vec::new();
        let arrives = !matches!(turn, Turn::Away | Turn::Broken);
        for sent in batch.iter().filter(|_| arrives) {
            let bad = matches!(turn, Turn::Partly(rest, _) if sent.number % 3 == *rest);
            if bad && !self.applied.contains(&sent.number) {
                self.put_off.insert(sent.number);
                let refused = matches!(turn, Turn::Partly(_, true));
                said.push((sent.number, if refused { "refused" } else { "failed" }));
                continue;
            }
            if !self.applied.contains(&sent.number) {
                self.applied.push(sent.number);
            }
            said.push((sent.number, "done"));
        }
        let outcome = match turn {
            Turn::Away | Turn::Lost => Err(Trouble::Away(failure())),
            Turn::Broken => Err(Trouble::Broken(failure())),
            Turn::Come(_) | Turn::Call | Turn::Partly(..) | Turn::Crash => Ok(results(&said)),
        };
        let verdict = self.lane.judge(&batch, outcome, &PACE, 0.5);
        if matches!(turn, Turn::Crash) {
            self.lane = Lane::default();
            return;
        }
        for (number, fate) in verdict.fates {
            match fate {
                Fate::Done(_) => {
                    self.acknowledged.insert(number);
                    self.waiting.retain(|item| item.number != number);
                }
                Fate::Dead(_) => {
                    self.dead.insert(number);
                    self.waiting.retain(|item| item.number != number);
                }
                Fate::Again(attempts) => {
                    for item in self.waiting.iter_mut().filter(|item| item.number == number) {
                        item.attempts = attempts;
                    }
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn nothing_is_lost_and_the_order_is_kept(turns in prop::collection::vec(turn(), 1..120)) {
        let mut world = World::default();
        for turn in &turns {
            world.play(turn);
        }
        // In the end the base is well.
        for _ in 0..=world.last {
            world.play(&Turn::Call);
        }
        prop_assert!(world.waiting.is_empty());
        let applied: BTreeSet<u64> = world.applied.iter().copied().collect();
        prop_assert_eq!(applied.len(), world.applied.len());
        for number in 1..=world.last {
            prop_assert!(applied.contains(&number) || world.dead.contains(&number), "{} is lost", number);
            prop_assert!(world.acknowledged.contains(&number) != world.dead.contains(&number));
        }
        // Only what the base itself has put off may come after what was behind it.
        let in_order: Vec<u64> = world.applied.iter().copied().filter(|n| !world.put_off.contains(n)).collect();
        prop_assert!(in_order.is_sorted(), "{:?}", in_order);
    }
}
