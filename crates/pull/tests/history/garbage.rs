//! One garbage frame must not erase the cursor. The official client takes a frame without events for the end of the
//! history and forgets its cursor, so that the next connection replays nothing.

use bitrix24_pull::{
    session::Closed,
    wire::{self, Frame},
};

use crate::{
    frames::{self, Wire},
    network::ToClient,
    owner,
    world::{Due, Plan, World},
};

/// The rule of the official client: the cursor is the id of the last event of the frame, if it has any.
fn cursor_of_the_official_client(frames: &[Wire]) -> Option<String> {
    let mut cursor = None;
    for frame in frames {
        let decoded = wire::decode(match frame {
            Wire::Text(text) => Frame::Text(text),
            Wire::Binary(bytes) => Frame::Binary(bytes.clone()),
        });
        cursor = decoded
            .messages
            .last()
            .and_then(|message| Some(message.mid.as_ref()?.as_str().to_owned()));
    }
    cursor
}

#[test]
fn a_garbage_frame_costs_the_official_client_its_cursor_and_this_one_nothing() {
    for version in 1..=5 {
        for choice in 0..13 {
            let mut world = World::new(Plan::calm(choice, version));
            world.at(0, Due::Start);
            for second in 10..15 {
                world.at(
                    second * 1000,
                    Due::Publish {
                        private: true,
                        shared: false,
                    },
                );
            }
            world.run(20_000);
            let stored = world.owner.position.clone().unwrap();
            let fifth = owner::order_of(&stored).unwrap();
            let conn = world.line.as_ref().unwrap().conn;
            let mut seen: Vec<Wire> = world.conns[&conn]
                .sent
                .iter()
                .map(|item| frames::frame(world.plan.format, std::slice::from_ref(item)))
                .collect();
            assert_eq!(seen.len(), 5);
            assert!(cursor_of_the_official_client(&seen).is_some());
            let garbage = frames::garbage(choice);
            seen.push(garbage.clone());
            assert_eq!(
                cursor_of_the_official_client(&seen),
                None,
                "the fault that is compared with"
            );

            world.tell(conn, ToClient::Frame(garbage));
            world.run(100);
            assert_eq!(world.owner.position.as_ref(), Some(&stored));
            world.end_line(Closed::ByServer(Some(1001)));
            world.run(100);
            // Missed while it was away.
            world.after(
                0,
                Due::Publish {
                    private: true,
                    shared: false,
                },
            );
            world.run(60_000);
            assert_eq!(
                (world.missing().len(), world.book.committed()),
                (0, 6),
                "{}",
                world.story(40)
            );
            assert!(owner::order_of(world.owner.position.as_ref().unwrap()) > Some(fifth));
            world.judge();
            assert_eq!(world.violation, None, "{}", world.story(40));
        }
    }
}
