//! Asks an export through Athena, where it outgrows this machine: one fixed query (`cost::export::sql`), in the workgroup that the
//! operator names, whose limit of bytes holds.
//!
//! Needs `athena:StartQueryExecution`, `athena:GetQueryExecution`, `athena:GetQueryResults` and `athena:StopQueryExecution` on the
//! workgroup, and what Athena needs on the caller's behalf: to read the table in Glue and the files, and to write the workgroup's
//! results.

use super::refused;
use crate::collect::SourceError;
use crate::collect::export::{Answer, ExportFault, Why};
use crate::cost::export::layout::ExportKind;
use crate::model::Region;
use crate::model::export::ExportRow;
use aws_sdk_athena::Client;
use aws_sdk_athena::types::{QueryExecutionContext, QueryExecutionState};
use std::time::Duration;

/// How often a running query is asked after.
const PAUSE: Duration = Duration::from_secs(1);
/// How long a query may run, in pauses: Athena's own limit is half an hour.
const MOST_PAUSES: u32 = 30 * 60;
/// Rows a page; the most that Athena gives.
const PAGE: i32 = 1000;

/// Athena in one workgroup.
#[derive(Debug)]
pub struct Athena {
    client: Client,
    workgroup: String,
}

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The database.
    pub database: &'a str,
    /// The query.
    pub query: &'a str,
    /// What the table is.
    pub kind: ExportKind,
}

impl Athena {
    /// With the caller's credentials.
    ///
    /// # Errors
    /// Where an endpoint or a region can be none.
    pub async fn open(region: Option<&Region>, workgroup: &str) -> Result<Self, SourceError> {
        Ok(Self { client: Client::new(&super::sdk(region).await?), workgroup: workgroup.to_owned() })
    }

    /// Runs a query and hands on the sums of its answer.
    ///
    /// # Errors
    /// [`ExportFault`], with what Athena says.
    pub async fn ask(&self, asked: Asked<'_>, mut sink: impl FnMut(Vec<ExportRow>)) -> Result<(), ExportFault> {
        let name = format!("athena:{}", self.workgroup);
        let context = QueryExecutionContext::builder().database(asked.database).build();
        let start =
            self.client.start_query_execution().work_group(&self.workgroup).query_execution_context(context).query_string(asked.query);
        let started = start.send().await.map_err(|error| refused(&name, "athena:StartQueryExecution", &error))?;
        let broken = |what: &str| ExportFault::new(&name, Why::Refused(what.to_owned()));
        let id = started.query_execution_id.ok_or_else(|| broken("Athena named no query"))?;
        self.wait(&name, &id).await?;
        let mut answer = Answer::default();
        let mut names: Vec<String> = Vec::new();
        let pages = self.client.get_query_results().query_execution_id(&id).max_results(PAGE);
        let mut pages = pages.into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| refused(&name, "athena:GetQueryResults", &error))?;
            let set = page.result_set.ok_or_else(|| broken("Athena's answer has no rows"))?;
            let mut rows: Vec<Vec<Option<String>>> = Vec::new();
            for row in set.rows.unwrap_or_default() {
                rows.push(row.data.unwrap_or_default().into_iter().map(|cell| cell.var_char_value).collect());
            }
            if names.is_empty() {
                // The first row of a SELECT's answer is its heading.
                if rows.is_empty() {
                    return Err(broken("Athena's answer has no heading"));
                }
                names = rows.remove(0).into_iter().map(Option::unwrap_or_default).collect();
            }
            let heading: Vec<&str> = names.iter().map(String::as_str).collect();
            answer.add(&name, asked.kind, &heading, &rows)?;
            let taken = answer.take(false);
            if !taken.is_empty() {
                sink(taken);
            }
        }
        sink(answer.take(true));
        Ok(())
    }

    /// Until the query has ended well.
    async fn wait(&self, name: &str, id: &str) -> Result<(), ExportFault> {
        for _ in 0..MOST_PAUSES {
            let asked = self.client.get_query_execution().query_execution_id(id).send().await;
            let asked = asked.map_err(|error| refused(name, "athena:GetQueryExecution", &error))?;
            let status = asked.query_execution.and_then(|execution| execution.status);
            let why = status.as_ref().and_then(|status| status.state_change_reason.clone()).unwrap_or_default();
            match status.and_then(|status| status.state) {
                Some(QueryExecutionState::Succeeded) => return Ok(()),
                Some(QueryExecutionState::Queued | QueryExecutionState::Running) | None => tokio::time::sleep(PAUSE).await,
                Some(other) => return Err(ExportFault::new(name, Why::Refused(format!("the query ended as {}: {why}", other.as_str())))),
            }
        }
        // Whatever stopping says, nobody waits for it any more.
        _ = self.client.stop_query_execution().query_execution_id(id).send().await;
        Err(ExportFault::new(name, Why::Refused("the query did not end in half an hour and was stopped".to_owned())))
    }
}
