//! The two commands of the settings window: they only turn calls into requests.
use hotstart_controller::Request;
use hotstart_core::failure::{Code, Failure, FailureView};
use hotstart_core::texts::Language;
use hotstart_core::view::{UiCommand, View};
use tauri::State;
use tokio::sync::oneshot;

use crate::requests::Requests;

/// The whole state, asked once when the page starts.
#[tauri::command]
pub(crate) async fn view(requests: State<'_, Requests>) -> Result<View, FailureView> {
    let (reply, answer) = oneshot::channel();
    requests.send(Request::View(reply));
    answer.await.map_err(|_| ended())
}

/// Something the user asked for; answered when it is done or refused.
#[tauri::command]
pub(crate) async fn perform(requests: State<'_, Requests>, command: UiCommand) -> Result<(), FailureView> {
    let (reply, answer) = oneshot::channel();
    requests.send(Request::Ui(command, reply));
    answer.await.map_err(|_| ended())?
}

fn ended() -> FailureView {
    Failure::new(Code::Internal)
        .with("detail", "the controller has ended")
        .view(Language::En)
}
