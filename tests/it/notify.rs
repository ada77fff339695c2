//! Messages, by the built program, to receivers that others wrote: the emulator's SNS, SQS, S3 and Security Hub, a mail server, and
//! webhooks of this machine.

mod cloud;
mod mail;
mod receiver;
mod webhook;
