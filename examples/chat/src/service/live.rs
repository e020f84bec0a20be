use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use belgie::diesel::Id;
use tokio::sync::broadcast::{self, Receiver, Sender};
use tokio_util::sync::CancellationToken;

use crate::model::{Message, State};

/// What happens in conversations, for those who watch them now.
#[derive(Clone, Default)]
pub struct Live {
    rooms: Arc<Mutex<HashMap<Id, Room>>>,
    /// Is cancelled when the server stops.
    pub shutdown: CancellationToken,
}

#[derive(Clone, Debug)]
pub enum LiveEvent {
    /// A message as it is stored.
    Message(Message),
    /// The whole text so far of the answer with this id.
    Delta(Id, Arc<str>),
}

/// A conversation that somebody watches, or in which answers are under way.
struct Room {
    events: Sender<LiveEvent>,
    drafts: HashMap<Id, Arc<str>>,
}

/// How many events a slow reader may be late before it misses some.
const LATE: usize = 256;

impl Live {
    /// Returns the answers under way, and what happens from now on.
    pub fn watch(&self, conversation: Id) -> (Vec<LiveEvent>, Receiver<LiveEvent>) {
        let mut rooms = self.rooms();
        rooms.retain(|_, room| !room.drafts.is_empty() || room.events.receiver_count() > 0);
        let room = rooms.entry(conversation).or_default();
        let drafts = room.drafts.iter();
        let drafts = drafts.map(|(id, text)| LiveEvent::Delta(*id, Arc::clone(text)));
        (drafts.collect(), room.events.subscribe())
    }

    /// Shows a message that was stored. A pending answer is under way from now on.
    pub fn show(&self, message: &Message) {
        let mut rooms = self.rooms();
        let room = rooms.entry(message.conversation_id).or_default();
        match message.state {
            State::Pending => room.drafts.insert(message.id, "".into()),
            State::Complete | State::Failed => room.drafts.remove(&message.id),
        };
        room.send(LiveEvent::Message(message.clone()));
    }

    /// Shows how far an answer is.
    pub fn draft(&self, answer: &Message) {
        let mut rooms = self.rooms();
        let room = rooms.entry(answer.conversation_id).or_default();
        let text: Arc<str> = answer.text.as_str().into();
        room.drafts.insert(answer.id, Arc::clone(&text));
        room.send(LiveEvent::Delta(answer.id, text));
    }

    fn rooms(&self) -> MutexGuard<'_, HashMap<Id, Room>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Room {
    /// Where nobody watches, nobody misses the event.
    fn send(&self, event: LiveEvent) {
        let _ = self.events.send(event);
    }
}

impl Default for Room {
    fn default() -> Self {
        let (events, drafts) = (broadcast::channel(LATE).0, HashMap::new());
        Self { events, drafts }
    }
}
