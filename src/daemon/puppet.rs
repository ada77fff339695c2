//! An auditor for tests that does what each test wants, with a real store and a running daemon around it.

use super::config::ScheduleConfig;
use super::queue::Admission;
use super::{AuditFailure, Auditor, Daemon, Job, Parts, Trigger};
use crate::model::RunId;
use crate::model::finding::Change;
use crate::model::rule::RuleInfo;
use crate::model::run::{PassScope, Requests, RunRecord, RunStatus};
use crate::model::sight::Sight;
use crate::model::snapshot::Snapshot;
use crate::model::value::Time;
use crate::model::waiver::Waiver;
use crate::publish::metrics::{Build, Page, Process};
use crate::publish::notify::Outlet;
use crate::store::{FinishedRun, Store};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Ends a pass for each permit, and remembers in which order passes began.
pub struct Puppet {
    store: Arc<dyn Store>,
    pub permits: Semaphore,
    begun: Mutex<Vec<(RunId, Trigger)>>,
    at_once: AtomicU32,
    behaviour: Behaviour,
    pub reload: Mutex<Result<ScheduleConfig, String>>,
    /// What the next good pass writes into the store.
    pub finds: Mutex<(Snapshot, Vec<Change>)>,
    pub rules: Mutex<Vec<Arc<RuleInfo>>>,
    pub waivers: Mutex<Vec<Arc<Waiver>>>,
    pub outlets: Mutex<Arc<Vec<Arc<Outlet>>>>,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Behaviour {
    Good,
    Panics,
    Fails,
    Deaf,
}

#[async_trait::async_trait]
impl Auditor for Puppet {
    async fn audit(&self, job: Job) -> Result<(), AuditFailure> {
        self.begun.lock().unwrap().push((job.id.clone(), job.trigger));
        assert_eq!(self.at_once.fetch_add(1, Ordering::SeqCst), 0, "two passes at once");
        let queued = self.store.run(&job.id).await.unwrap().unwrap();
        self.store.begin_run(&RunRecord { status: RunStatus::Running, ..queued }).await.unwrap();
        let cancelled = async {
            match self.behaviour {
                Behaviour::Deaf => std::future::pending().await,
                Behaviour::Good | Behaviour::Panics | Behaviour::Fails => job.cancel.cancelled().await,
            }
        };
        let outcome = tokio::select! {
            () = cancelled => Err(AuditFailure::Cancelled),
            permit = self.permits.acquire() => { permit.unwrap().forget(); Ok(()) }
        };
        self.at_once.fetch_sub(1, Ordering::SeqCst);
        outcome?;
        match self.behaviour {
            Behaviour::Panics => panic!("internal error: a test's"),
            Behaviour::Fails => return Err(AuditFailure::Failed("no network".into())),
            Behaviour::Good | Behaviour::Deaf => {}
        }
        let record =
            RunRecord { status: RunStatus::Complete, finished_at: Some(clock()), ..self.store.run(&job.id).await.unwrap().unwrap() };
        let generation = self.store.known().await.unwrap().generation;
        let (snapshot, changes) = self.finds.lock().unwrap().clone();
        let snapshot = Snapshot { last_success: Some(clock()), ..snapshot };
        let outlets = self.outlets();
        let told = outlets.iter().flat_map(|outlet| {
            let taken = changes.iter().enumerate().filter(|(_, change)| outlet.config.route.takes(change));
            taken.map(|(position, _)| (outlet.config.name.clone(), position))
        });
        let tell: Vec<_> = told.collect();
        let (requests, sight) = (Requests::default(), Sight { everywhere: true, every_rule: true, ..Sight::default() });
        let finished =
            FinishedRun { record: &record, generation, changes: &changes, sight, requests: &requests, snapshot: &snapshot, tell: &tell };
        self.store.finish_run(finished).await.unwrap();
        Ok(())
    }

    fn rules(&self) -> Vec<Arc<RuleInfo>> {
        self.rules.lock().unwrap().clone()
    }

    fn waivers(&self) -> Vec<Arc<Waiver>> {
        self.waivers.lock().unwrap().clone()
    }

    fn read_waiver(&self, json: &serde_json::Value) -> Result<Waiver, Vec<String>> {
        let mut json = json.clone();
        if let Some(fields) = json.as_object_mut() {
            fields.insert("origin".to_owned(), serde_json::json!({"kind": "store"}));
        }
        serde_json::from_value(json).map_err(|error| vec![error.to_string(), "and more".to_owned()])
    }

    fn outlets(&self) -> Arc<Vec<Arc<Outlet>>> {
        Arc::clone(&self.outlets.lock().unwrap())
    }

    fn reload(&self) -> Result<ScheduleConfig, String> {
        self.reload.lock().unwrap().clone()
    }
}

pub fn clock() -> Time {
    chrono::Utc::now()
}

pub struct Stage {
    pub folder: tempfile::TempDir,
    pub store: Arc<dyn Store>,
    pub puppet: Arc<Puppet>,
    pub daemon: Arc<Daemon>,
    pub task: tokio::task::JoinHandle<()>,
}

pub async fn stage_on(folder: tempfile::TempDir, behaviour: Behaviour, schedules: ScheduleConfig) -> Stage {
    let url = format!("sqlite://{}", folder.path().join("store.db").display());
    let store = crate::store::open(&url).await.unwrap();
    let puppet = Arc::new(Puppet {
        store: Arc::clone(&store),
        permits: Semaphore::new(0),
        begun: Mutex::default(),
        at_once: AtomicU32::new(0),
        behaviour,
        reload: Mutex::new(Ok(schedules.clone())),
        finds: Mutex::default(),
        rules: Mutex::default(),
        waivers: Mutex::default(),
        outlets: Mutex::default(),
    });
    let page = Page::new(Process::new(Build { version: "0", revision: "0" }).unwrap());
    let auditor: Arc<dyn Auditor> = Arc::<Puppet>::clone(&puppet);
    let parts = Parts { auditor, store: Arc::clone(&store), page, schedules, keep_days: 30, clock };
    let daemon = Daemon::begin(parts).await.unwrap();
    let running = Arc::clone(&daemon);
    let task = tokio::spawn(async move { running.run().await.unwrap() });
    Stage { folder, store, puppet, daemon, task }
}

pub async fn stage(behaviour: Behaviour) -> Stage {
    stage_on(tempfile::tempdir().unwrap(), behaviour, ScheduleConfig { jitter_secs: 0, shutdown_secs: 1, ..ScheduleConfig::default() })
        .await
}

pub async fn until(mut done: impl AsyncFnMut() -> bool) {
    for _ in 0..500 {
        if done().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("waited in vain");
}

impl Stage {
    pub async fn status(&self, id: &RunId) -> RunStatus {
        self.store.run(id).await.unwrap().unwrap().status
    }

    pub fn begun(&self) -> Vec<(RunId, Trigger)> {
        self.puppet.begun.lock().unwrap().clone()
    }

    /// Asks for a pass until it is queued: one that just told that it is ready may not have ended yet, and be joined.
    pub async fn queued(&self, scope: PassScope) -> RunId {
        let mut queued = None;
        until(async || {
            if let Ok(Admission::Queued(id)) = self.daemon.submit(Trigger::Api, scope.clone(), None).await {
                queued = Some(id);
            }
            queued.is_some()
        })
        .await;
        queued.unwrap()
    }

    pub async fn first(&self) -> RunId {
        until(async || !self.begun().is_empty()).await;
        self.begun()[0].0.clone()
    }
}
