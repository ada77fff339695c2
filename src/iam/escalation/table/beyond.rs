//! Ways beyond the 65: some that the catalogue has taken up since, under its ids, and some under ours.

use super::Gain::{Existing, Pass};
use super::existing::FUNCTION;
use super::{Host, Way};

const TASK: &Host =
    &Host { kind: "AWS::ECS::TaskDefinition", role: &["TaskRoleArn"], service: "ecs-tasks.amazonaws.com", part: "task-definition" };
const MACHINE: &Host =
    &Host { kind: "AWS::StepFunctions::StateMachine", role: &["RoleArn"], service: "states.amazonaws.com", part: "statemachine" };

const AGENT_CORE: &str = "bedrock-agentcore.amazonaws.com";
const EC2: &str = "ec2.amazonaws.com";
const ECS: &str = "ecs-tasks.amazonaws.com";

/// See the head of the file.
pub const WAYS: &[Way] = &[
    Way { id: "ecs-006", gain: Existing(TASK), needs: &["ecs:ExecuteCommand", "ecs:DescribeTasks"] },
    Way { id: "ecs-007", gain: Pass(ECS), needs: &["iam:PassRole", "ecs:RegisterContainerInstance", "ecs:StartTask"] },
    Way { id: "ecs-008", gain: Pass(ECS), needs: &["iam:PassRole", "ecs:RunTask"] },
    Way { id: "ecs-009", gain: Pass(ECS), needs: &["iam:PassRole", "ecs:StartTask"] },
    Way { id: "glue-007", gain: Pass("glue.amazonaws.com"), needs: &["iam:PassRole", "glue:CreateSession", "glue:RunStatement"] },
    Way {
        id: "ledgerline-agentcore-001",
        gain: Pass(AGENT_CORE),
        needs: &["iam:PassRole", "bedrock-agentcore:CreateAgentRuntime", "bedrock-agentcore:InvokeAgentRuntime"],
    },
    Way {
        id: "ledgerline-autoscaling-001",
        gain: Pass(EC2),
        needs: &["iam:PassRole", "autoscaling:CreateLaunchConfiguration", "autoscaling:CreateAutoScalingGroup"],
    },
    Way {
        id: "ledgerline-autoscaling-002",
        gain: Pass(EC2),
        needs: &["iam:PassRole", "autoscaling:CreateLaunchConfiguration", "autoscaling:UpdateAutoScalingGroup"],
    },
    Way { id: "ledgerline-batch-001", gain: Pass(ECS), needs: &["iam:PassRole", "batch:RegisterJobDefinition", "batch:SubmitJob"] },
    Way {
        id: "ledgerline-codepipeline-001",
        gain: Pass("codepipeline.amazonaws.com"),
        needs: &["iam:PassRole", "codepipeline:CreatePipeline"],
    },
    Way { id: "ledgerline-emr-001", gain: Pass(EC2), needs: &["iam:PassRole", "elasticmapreduce:RunJobFlow"] },
    Way {
        id: "ledgerline-emrserverless-001",
        gain: Pass("emr-serverless.amazonaws.com"),
        needs: &["iam:PassRole", "emr-serverless:CreateApplication", "emr-serverless:StartJobRun"],
    },
    // A layer or a wrapper script of the caller runs with the function.
    Way { id: "ledgerline-lambda-001", gain: Existing(FUNCTION), needs: &["lambda:UpdateFunctionConfiguration"] },
    Way {
        id: "ledgerline-lambda-002",
        gain: Pass("lambda.amazonaws.com"),
        needs: &["iam:PassRole", "lambda:CreateFunction", "lambda:CreateFunctionUrlConfig"],
    },
    Way { id: "ledgerline-scheduler-001", gain: Pass("scheduler.amazonaws.com"), needs: &["iam:PassRole", "scheduler:CreateSchedule"] },
    Way { id: "ledgerline-ssm-001", gain: Pass("ssm.amazonaws.com"), needs: &["iam:PassRole", "ssm:StartAutomationExecution"] },
    Way {
        id: "ledgerline-states-001",
        gain: Pass("states.amazonaws.com"),
        needs: &["iam:PassRole", "states:CreateStateMachine", "states:StartExecution"],
    },
    Way { id: "ledgerline-states-002", gain: Existing(MACHINE), needs: &["states:UpdateStateMachine", "states:StartExecution"] },
];
