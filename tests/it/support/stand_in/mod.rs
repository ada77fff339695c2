//! A server that speaks AWS's real wire protocols and answers from memory: for what the emulator lacks or does wrong.
//!
//! It refuses, throttles, hangs and lies on demand, operation by operation ([`Trouble`]); it counts every request; it plays
//! Cost Explorer with its validation, its misleading answers and its bill; and it answers thousands of requests a second, so
//! that a benchmark measures the program and not the emulator. In front of an emulator ([`StandIn::before`]) it passes on
//! what it has no trouble with, so that a single fault can be planted into a real account. What the emulator lacks or gets
//! wrong is answered here all the same: by what was said to be the answer ([`Canned`]), or as an account would that has none
//! of it (`lacking/`, one file a service).

mod canned;
pub mod cbor;
mod cost_explorer;
mod dynamodb;
mod fault;
mod iam;
mod lacking;
mod lambda;
mod last_accessed;
mod logs;
mod routes;
mod server;
mod tagging;
mod upstream;
mod wire;
mod world;

pub use canned::Canned;
use canned::Tagged;
pub use cost_explorer::{CostBook, CostLine};
pub use fault::{Fault, Trouble};
pub use last_accessed::{Accessed, Service};
pub use world::{Function, Size, Table, World};

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

/// A running server; it stops when this is dropped.
pub struct StandIn {
    url: String,
    shared: Arc<Shared>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
}

/// What the server's connections share.
struct Shared {
    world: World,
    /// The world's bill, which may change while it runs.
    cost: Mutex<CostBook>,
    /// Where requests without trouble go; answered from the world where none.
    upstream: Option<String>,
    latency: Duration,
    book: Mutex<Book>,
}

/// Headers and body of an answer.
type Page = (Vec<(String, String)>, Vec<u8>);

/// What changes while it runs.
#[derive(Default)]
struct Book {
    troubles: Vec<Trouble>,
    canned: Vec<Canned>,
    tagged: Vec<Tagged>,
    /// The account of each access key, as far as the server behind this one has said.
    accounts: BTreeMap<String, String>,
    /// What the server behind this one answered, where it is asked for the same once more; none where that is not wanted.
    remembered: Option<BTreeMap<String, (u16, Page)>>,
    /// The first page of each listing whose token comes back for ever.
    first_pages: BTreeMap<String, Page>,
    counts: BTreeMap<String, u64>,
    bill_cents: u64,
    jobs: last_accessed::Jobs,
}

impl StandIn {
    /// A server that answers from this world at once.
    pub fn of(world: World) -> Self {
        Self::start(world, None, Duration::ZERO)
    }

    /// A server that answers from this world, each request after this time.
    pub fn slow(world: World, latency: Duration) -> Self {
        Self::start(world, None, latency)
    }

    /// A server in front of another: what it has no trouble with is answered there. Cost Explorer is answered here.
    pub fn before(upstream: &str, world: World) -> Self {
        Self::start(world, Some(upstream.to_owned()), Duration::ZERO)
    }

    fn start(world: World, upstream: Option<String>, latency: Duration) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        listener.set_nonblocking(true).expect("a listener for tokio");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let shared = Arc::new(Shared { cost: Mutex::new(world.cost.clone()), world, upstream, latency, book: Mutex::default() });
        let (stop, stopped) = tokio::sync::oneshot::channel();
        let serving = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(server::serve(listener, serving, stopped));
            // A hanging request must not hold the test up.
            runtime.shutdown_background();
        });
        Self { url, shared, stop: Some(stop), thread: Some(thread) }
    }

    /// Its address, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Credentials that make it answer as this account.
    pub fn account(&self, id: &str) -> super::account::Account {
        super::account::Account {
            id: id.to_owned(),
            endpoint: self.url.clone(),
            region: "us-east-2".to_owned(),
            access_key_id: format!("AKIA{id}TEST"),
            secret_access_key: "test".to_owned(),
            session_token: "test".to_owned(),
        }
    }

    /// Switches trouble on, from the next request.
    pub fn trouble(&self, trouble: Trouble) {
        self.book().troubles.push(trouble);
    }

    /// Switches all trouble off.
    pub fn mend(&self) {
        self.book().troubles.clear();
    }

    /// Changes the bill, from the next request: another day, a restatement.
    pub fn bill(&self, change: impl FnOnce(&mut CostBook)) {
        change(&mut self.shared.cost());
    }

    /// Says what is answered, from the next request.
    pub fn answer(&self, canned: Canned) {
        self.book().canned.push(canned);
    }

    /// Asks the server behind this one for each thing once: nothing there changes from now on.
    pub fn remember(&self) {
        self.book().remembered.get_or_insert_default();
    }

    /// Renews the credentials once, right after so many jobs of last-accessed data were begun: nobody may read those then.
    pub fn renew_after_jobs(&self, jobs: usize) {
        self.book().jobs.renew_after = Some(jobs);
    }

    /// Forgets how often what was asked for.
    pub fn forget_counts(&self) {
        self.book().counts.clear();
    }

    /// How often an operation was asked for (`dynamodb:DescribeTable`), refused and failed requests included.
    pub fn count(&self, operation: &str) -> u64 {
        self.book().counts.get(operation).copied().unwrap_or(0)
    }

    /// All requests by operation.
    pub fn counts(&self) -> BTreeMap<String, u64> {
        self.book().counts.clone()
    }

    /// What AWS would charge for the paid requests that were answered, in US cents; failed ones are free.
    pub fn bill_cents(&self) -> u64 {
        self.book().bill_cents
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.shared.book()
    }
}

impl Shared {
    fn cost(&self) -> MutexGuard<'_, CostBook> {
        self.cost.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            _ = thread.join();
        }
    }
}
