//! Which requests AWS charges for. What it refused with a code of its own is free, and so is what never reached it. All else
//! is charged, or may be: an answer that we cannot read, or did not wait for, is spent.

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::display::DisplayErrorContext;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use std::error::Error;

#[cfg(test)]
mod tests;

/// A request under way. Dropped before it was answered (at our own deadline), it is charged.
pub struct Charge<'a> {
    pay: &'a (dyn Fn() + Send + Sync),
    due: Due,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Charged,
    Free,
}

impl<'a> Charge<'a> {
    /// A request that is about to be sent; `pay` is called where it is charged.
    pub fn begin(pay: &'a (dyn Fn() + Send + Sync)) -> Self {
        Self { pay, due: Due::Charged }
    }

    /// It came to an end.
    pub fn end<T, E>(mut self, answer: &Result<T, SdkError<E, HttpResponse>>)
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        self.due = answer.as_ref().map_or_else(due, |_| Due::Charged);
    }
}

impl Drop for Charge<'_> {
    fn drop(&mut self) {
        match self.due {
            Due::Charged => (self.pay)(),
            Due::Free => {}
        }
    }
}

fn due<E>(error: &SdkError<E, HttpResponse>) -> Due
where
    E: ProvideErrorMetadata + Error + 'static,
{
    let is_free = match error {
        SdkError::ServiceError(reply) => {
            !reply.raw().status().is_success() && reply.err().meta().code().is_some_and(|code| !code.trim().is_empty())
        }
        SdkError::ConstructionFailure(_) => true,
        // Where nobody took the connection, nothing was sent; any other time-out may have come after sending.
        SdkError::DispatchFailure(failure) => {
            !failure.is_timeout() || DisplayErrorContext(error).to_string().contains("HTTP connect timeout")
        }
        _ => false,
    };
    if is_free { Due::Free } else { Due::Charged }
}
