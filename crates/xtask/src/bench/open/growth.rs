//! Memory of the whole program over many hot opens in one warm window.

use std::thread::sleep;
use std::time::Duration;

use anyhow::{Result, ensure};
use hotstart_stage::memory;

use super::figures::Samples;
use super::stand::{Stand, WARM, order, reference};

/// How often memory is read, in opens.
const EVERY: u32 = 10;

/// Between two opens: no person is faster, and the web engine gathers garbage when the page is at rest.
const REST: Duration = Duration::from_millis(50);

/// After the last open: long enough for the engine to gather its garbage by itself.
const AT_REST: Duration = Duration::from_secs(20);

/// Documents and lists in turn; more of them than the web client keeps open, so that every form is made anew.
const LISTS: [&str; 4] = [
    "e1cib/list/Документ.ЗаказКлиента",
    "e1cib/list/Документ.СчетНаОплатуКлиенту",
    "e1cib/list/Справочник.Контрагенты",
    "e1cib/list/Справочник.Номенклатура",
];

/// How many documents there are for each list, a customer beside them.
const DOCUMENTS: u32 = 5;

/// Far from the documents that were opened one by one.
const FIRST: u32 = 0x0010_0000;

/// Opens one form after the other and reads the memory every ten opens.
pub(super) fn play(stand: &Stand, opens: u32, samples: &mut Samples) -> Result<()> {
    let places = places();
    let mut load: Option<String> = None;
    for (open, nav) in (1..=opens).zip(places.iter().cycle()) {
        let (ms, beacon) = stand.open(&format!("hotstart://onec/{WARM}/{nav}"), nav)?;
        ensure!(
            *load.get_or_insert_with(|| beacon.load.clone()) == beacon.load,
            "the page was loaded again at open {open}"
        );
        samples.growth_open_ms.push(ms);
        sleep(REST);
        if open % EVERY == 0 {
            let shares = stand.program()?.memory()?;
            samples.growth_kb.push((open, memory::total_kb(&shares)));
            for share in shares {
                samples
                    .growth_parts_kb
                    .entry(share.name)
                    .or_default()
                    .push(share.pss_kb);
            }
        }
    }
    sleep(AT_REST);
    samples.rested_kb = Some(memory::total_kb(&stand.program()?.memory()?));
    Ok(())
}

fn places() -> Vec<String> {
    let mut places = Vec::new();
    for (turn, list) in (0..).zip(LISTS) {
        places.push(list.to_owned());
        places.extend((0..DOCUMENTS).map(|one| order(FIRST + turn * DOCUMENTS + one)));
        let customer = reference(FIRST + 0x1000 + turn);
        places.push(format!("e1cib/data/Справочник.Контрагенты?ref={customer}"));
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_place_comes_twice_before_all_were_shown() {
        let mut places = places();
        let all = places.len();
        places.sort();
        places.dedup();
        assert_eq!((all, places.len()), (28, 28));
    }
}
