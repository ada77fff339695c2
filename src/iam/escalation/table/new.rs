//! Ways that hand a role to something that the caller makes or changes for it.

use super::Gain::Pass;
use super::Way;

const APP_RUNNER: &str = "tasks.apprunner.amazonaws.com";
const AGENT_CORE: &str = "bedrock-agentcore.amazonaws.com";
const CLOUDFORMATION: &str = "cloudformation.amazonaws.com";
const CODEBUILD: &str = "codebuild.amazonaws.com";
const DATA_PIPELINE: &str = "datapipeline.amazonaws.com";
const EC2: &str = "ec2.amazonaws.com";
const ECS: &str = "ecs-tasks.amazonaws.com";
const GLUE: &str = "glue.amazonaws.com";
const LAMBDA: &str = "lambda.amazonaws.com";
const SAGEMAKER: &str = "sagemaker.amazonaws.com";

/// 26 that hand a role over; the catalogue counts `cloudformation-005` here too.
pub const WAYS: &[Way] = &[
    Way { id: "apprunner-001", gain: Pass(APP_RUNNER), needs: &["iam:PassRole", "apprunner:CreateService"] },
    Way {
        id: "bedrock-001",
        gain: Pass(AGENT_CORE),
        needs: &[
            "iam:PassRole",
            "bedrock-agentcore:CreateCodeInterpreter",
            "bedrock-agentcore:StartCodeInterpreterSession",
            "bedrock-agentcore:InvokeCodeInterpreter",
        ],
    },
    Way { id: "cloudformation-001", gain: Pass(CLOUDFORMATION), needs: &["iam:PassRole", "cloudformation:CreateStack"] },
    Way {
        id: "cloudformation-003",
        gain: Pass(CLOUDFORMATION),
        needs: &["iam:PassRole", "cloudformation:CreateStackSet", "cloudformation:CreateStackInstances"],
    },
    Way { id: "cloudformation-004", gain: Pass(CLOUDFORMATION), needs: &["iam:PassRole", "cloudformation:UpdateStackSet"] },
    Way { id: "codebuild-001", gain: Pass(CODEBUILD), needs: &["iam:PassRole", "codebuild:CreateProject", "codebuild:StartBuild"] },
    Way { id: "codebuild-004", gain: Pass(CODEBUILD), needs: &["iam:PassRole", "codebuild:CreateProject", "codebuild:StartBuildBatch"] },
    Way {
        id: "datapipeline-001",
        gain: Pass(DATA_PIPELINE),
        needs: &["iam:PassRole", "datapipeline:CreatePipeline", "datapipeline:PutPipelineDefinition", "datapipeline:ActivatePipeline"],
    },
    Way { id: "ec2-001", gain: Pass(EC2), needs: &["iam:PassRole", "ec2:RunInstances"] },
    Way { id: "ec2-003", gain: Pass(EC2), needs: &["iam:PassRole", "ec2:RequestSpotInstances"] },
    Way {
        id: "ecs-001",
        gain: Pass(ECS),
        needs: &["iam:PassRole", "ecs:CreateCluster", "ecs:RegisterTaskDefinition", "ecs:CreateService"],
    },
    Way { id: "ecs-002", gain: Pass(ECS), needs: &["iam:PassRole", "ecs:CreateCluster", "ecs:RegisterTaskDefinition", "ecs:RunTask"] },
    Way { id: "ecs-003", gain: Pass(ECS), needs: &["iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:CreateService"] },
    Way { id: "ecs-004", gain: Pass(ECS), needs: &["iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:RunTask"] },
    Way { id: "ecs-005", gain: Pass(ECS), needs: &["iam:PassRole", "ecs:RegisterTaskDefinition", "ecs:StartTask"] },
    Way { id: "glue-001", gain: Pass(GLUE), needs: &["iam:PassRole", "glue:CreateDevEndpoint"] },
    Way { id: "glue-003", gain: Pass(GLUE), needs: &["iam:PassRole", "glue:CreateJob", "glue:StartJobRun"] },
    Way { id: "glue-004", gain: Pass(GLUE), needs: &["iam:PassRole", "glue:CreateJob", "glue:CreateTrigger"] },
    Way { id: "glue-005", gain: Pass(GLUE), needs: &["iam:PassRole", "glue:UpdateJob", "glue:StartJobRun"] },
    Way { id: "glue-006", gain: Pass(GLUE), needs: &["iam:PassRole", "glue:UpdateJob", "glue:CreateTrigger"] },
    Way { id: "lambda-001", gain: Pass(LAMBDA), needs: &["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"] },
    Way { id: "lambda-002", gain: Pass(LAMBDA), needs: &["iam:PassRole", "lambda:CreateFunction", "lambda:CreateEventSourceMapping"] },
    Way { id: "lambda-006", gain: Pass(LAMBDA), needs: &["iam:PassRole", "lambda:CreateFunction", "lambda:AddPermission"] },
    Way { id: "sagemaker-001", gain: Pass(SAGEMAKER), needs: &["iam:PassRole", "sagemaker:CreateNotebookInstance"] },
    Way { id: "sagemaker-002", gain: Pass(SAGEMAKER), needs: &["iam:PassRole", "sagemaker:CreateTrainingJob"] },
    Way { id: "sagemaker-003", gain: Pass(SAGEMAKER), needs: &["iam:PassRole", "sagemaker:CreateProcessingJob"] },
];
