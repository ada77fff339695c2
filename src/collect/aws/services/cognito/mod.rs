//! Cognito: user pools with their groups and app clients, and identity pools.
//!
//! Both services list at most sixty a page. Groups and clients are types of their own and hang on the listing of pools, which
//! is made once for all of them.

mod identity;
mod map;

use super::Service;
use crate::collect::aws::draft::Draft;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::{Listing, Page};
use crate::collect::aws::scope::{Scope, Yield};
use aws_sdk_cognitoidentityprovider::Client;
use futures::FutureExt as _;
use map::client::{CLIENT, CLIENTS, DESCRIBE_CLIENT};
use map::{DESCRIBE, GROUP, GROUPS, MFA, Pool, USER_POOL, USER_POOLS};

/// Collects the types of `AWS::Cognito`.
pub struct Cognito;

/// The most that a page of either service holds (API references of ListUserPools, ListGroups, ListUserPoolClients and
/// ListIdentityPools).
const PAGE: i32 = 60;

/// Cognito's quotas are of categories of operations: 15 a second for reads of user pools and as many for reads of clients, 20
/// for reads of what hangs on a pool.
const PACES: &[(&str, Pace)] = &[
    (USER_POOLS, Pace::new(5, 5)),
    (DESCRIBE, Pace::new(10, 10)),
    (MFA, Pace::new(10, 10)),
    (GROUPS, Pace::new(10, 10)),
    (CLIENTS, Pace::new(5, 5)),
    (DESCRIBE_CLIENT, Pace::new(10, 10)),
];

#[async_trait::async_trait]
impl Service for Cognito {
    fn name(&self) -> &'static str {
        "cognito"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        PACES
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let mut found = Yield::default();
        let wants = |resource_type| cx.request.needs.wants_type(resource_type);
        if wants(USER_POOL) || wants(GROUP) || wants(CLIENT) {
            let client = Client::new(cx.sdk());
            let pools = pools(cx, &client).await;
            if wants(GROUP) {
                groups(cx, &client, &pools, &mut found).await;
            }
            if wants(CLIENT) {
                clients(cx, &client, &pools, &mut found).await;
            }
            if wants(USER_POOL) {
                found.listed(cx, USER_POOL, USER_POOLS, &pools);
                let drafts = cx.each("user pools", pools.items, |pool| hydrate(cx, client.clone(), pool).boxed()).await;
                drafts.into_iter().flatten().for_each(|pool| found.enter(cx, pool));
            }
        }
        if wants(map::identity::IDENTITY_POOL) {
            identity::pools(cx, &mut found).await;
        }
        found
    }
}

/// Every user pool of the region.
async fn pools(cx: &Scope<'_>, client: &Client) -> Listing<Pool> {
    cx.list(USER_POOLS, |token| {
        let request = client.list_user_pools().max_results(PAGE).set_next_token(token);
        async {
            let answer = request.send().await?;
            Ok(Page { items: answer.user_pools, next: answer.next_token })
        }
    })
    .await
    .read(USER_POOLS, |pool| map::pool(pool, |rest| cx.arn("cognito-idp", rest)))
}

/// Asks for what is wanted of one user pool; none where it is gone meanwhile.
async fn hydrate(cx: &Scope<'_>, client: Client, pool: Pool) -> Option<Draft> {
    let id = pool.id.clone();
    let mut draft = map::draft(&pool);
    if cx.wants(USER_POOL, DESCRIBE) {
        let answer = cx.call(DESCRIBE, || client.describe_user_pool().user_pool_id(&id).send()).await;
        let answer = answer.and_then(|answer| answer.user_pool.filter(map::is_whole).ok_or_else(|| Failure::empty(DESCRIBE)));
        draft.take(DESCRIBE, answer, |draft, answer| map::described(&answer, draft))?;
    }
    if cx.wants(USER_POOL, MFA) {
        let answer = cx.call(MFA, || client.get_user_pool_mfa_config().user_pool_id(&id).send()).await;
        let answer = answer.and_then(|answer| if answer.mfa_configuration.is_some() { Ok(answer) } else { Err(Failure::empty(MFA)) });
        draft.take(MFA, answer, |draft, answer| map::mfa(&answer, draft))?;
    }
    Some(draft)
}

/// The groups of every pool.
async fn groups(cx: &Scope<'_>, client: &Client, pools: &Listing<Pool>, found: &mut Yield) {
    found.listed_under(cx, GROUP, GROUPS, USER_POOLS, pools);
    let list = |pool: Pool| {
        let client = client.clone();
        async move {
            let groups = cx
                .list(GROUPS, |token| {
                    let request = client.list_groups().user_pool_id(&pool.id).limit(PAGE).set_next_token(token);
                    async {
                        let answer = request.send().await?;
                        Ok(Page { items: answer.groups, next: answer.next_token })
                    }
                })
                .await;
            groups.read(GROUPS, |group| map::group(group, &pool))
        }
        .boxed()
    };
    for groups in cx.each("user pools", pools.items.clone(), list).await {
        // The pool is gone meanwhile, and its groups with it.
        if groups.fault.as_ref().is_some_and(Failure::vanished) {
            continue;
        }
        found.listed(cx, GROUP, GROUPS, &groups);
        groups.items.into_iter().for_each(|group| found.enter(cx, group));
    }
}

/// The app clients of every pool, with what is wanted of each.
async fn clients(cx: &Scope<'_>, client: &Client, pools: &Listing<Pool>, found: &mut Yield) {
    found.listed_under(cx, CLIENT, CLIENTS, USER_POOLS, pools);
    let list = |pool: Pool| {
        let client = client.clone();
        async move {
            let clients = cx
                .list(CLIENTS, |token| {
                    let request = client.list_user_pool_clients().user_pool_id(&pool.id).max_results(PAGE).set_next_token(token);
                    async {
                        let answer = request.send().await?;
                        Ok(Page { items: answer.user_pool_clients, next: answer.next_token })
                    }
                })
                .await;
            clients.read(CLIENTS, |client| map::client::client(client, &pool))
        }
        .boxed()
    };
    for clients in cx.each("user pools", pools.items.clone(), list).await {
        if clients.fault.as_ref().is_some_and(Failure::vanished) {
            continue;
        }
        found.listed(cx, CLIENT, CLIENTS, &clients);
        let clients = cx.each("app clients", clients.items, |draft| describe(cx, client.clone(), draft).boxed()).await;
        clients.into_iter().flatten().for_each(|client| found.enter(cx, client));
    }
}

/// Asks for what is wanted of one app client; none where it is gone meanwhile.
async fn describe(cx: &Scope<'_>, client: Client, mut named: map::client::Named) -> Option<Draft> {
    if cx.wants(CLIENT, DESCRIBE_CLIENT) {
        let ask = || client.describe_user_pool_client().user_pool_id(&named.pool_id).client_id(&named.client_id).send();
        let answer = cx.call(DESCRIBE_CLIENT, ask).await;
        let answer = answer.and_then(|answer| {
            answer.user_pool_client.filter(|client| client.client_id.is_some()).ok_or_else(|| Failure::empty(DESCRIBE_CLIENT))
        });
        named.draft.take(DESCRIBE_CLIENT, answer, |draft, answer| map::client::described(&answer, draft))?;
    }
    Some(named.draft)
}
