//! Identity pools: a service of its own beside the user pools, with a client and an IAM prefix of its own.

use super::PAGE;
use super::map::identity::{DESCRIBE, IDENTITY_POOL, IDENTITY_POOLS, Named, ROLES, described, named, roles};
use crate::collect::aws::draft::Draft;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::listing::Page;
use crate::collect::aws::scope::{Scope, Yield};
use crate::collect::aws::whole::Whole;
use aws_sdk_cognitoidentity::Client;
use futures::FutureExt as _;

/// Every identity pool of the region, with what is wanted of each.
pub async fn pools(cx: &Scope<'_>, found: &mut Yield) {
    let client = Client::new(cx.sdk());
    let pools = cx
        .list(IDENTITY_POOLS, |token| {
            let request = client.list_identity_pools().max_results(PAGE).set_next_token(token);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.identity_pools, next: answer.next_token })
            }
        })
        .await
        .read(IDENTITY_POOLS, |pool| named(pool, |rest| cx.arn("cognito-identity", rest)));
    found.listed(cx, IDENTITY_POOL, IDENTITY_POOLS, &pools);
    let pools = cx.each("identity pools", pools.items, |pool| hydrate(cx, client.clone(), pool).boxed()).await;
    pools.into_iter().flatten().for_each(|pool| found.enter(cx, pool));
}

/// Asks for what is wanted of one identity pool; none where it is gone meanwhile.
async fn hydrate(cx: &Scope<'_>, client: Client, pool: Named) -> Option<Draft> {
    let Named { id, mut draft } = pool;
    if cx.wants(IDENTITY_POOL, DESCRIBE) {
        // What must be there and is not, the SDK fills in: guests would read as refused.
        let guests = Whole::Json("AllowUnauthenticatedIdentities");
        let answer =
            cx.call(DESCRIBE, || client.describe_identity_pool().identity_pool_id(&id).customize().interceptor(guests).send()).await;
        let answer = answer.and_then(|answer| if answer.identity_pool_id.is_empty() { Err(Failure::empty(DESCRIBE)) } else { Ok(answer) });
        draft.take(DESCRIBE, answer, |draft, answer| described(&answer, draft))?;
    }
    if cx.wants(IDENTITY_POOL, ROLES) {
        let answer = cx.call(ROLES, || client.get_identity_pool_roles().identity_pool_id(&id).send()).await;
        let answer = answer.and_then(|answer| if answer.identity_pool_id.is_none() { Err(Failure::empty(ROLES)) } else { Ok(answer) });
        draft.take(ROLES, answer, |draft, answer| roles(&answer, draft))?;
    }
    Some(draft)
}
