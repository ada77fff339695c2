//! Ways that use what runs under a role already, and the kinds of things that do.

use super::Gain::Existing;
use super::{Host, Way};

const SERVICE: &Host = &Host {
    kind: "AWS::AppRunner::Service",
    role: &["InstanceConfiguration.InstanceRoleArn"],
    service: "tasks.apprunner.amazonaws.com",
    part: "service",
};
const INTERPRETER: &Host = &Host {
    kind: "AWS::BedrockAgentCore::CodeInterpreterCustom",
    role: &["ExecutionRoleArn"],
    service: "bedrock-agentcore.amazonaws.com",
    part: "code-interpreter-custom",
};
const STACK: &Host =
    &Host { kind: "AWS::CloudFormation::Stack", role: &["RoleARN", "RoleArn"], service: "cloudformation.amazonaws.com", part: "stack" };
const PROJECT: &Host =
    &Host { kind: "AWS::CodeBuild::Project", role: &["ServiceRole"], service: "codebuild.amazonaws.com", part: "project" };
const INSTANCE: &Host = &Host { kind: "AWS::EC2::Instance", role: &["IamInstanceProfile"], service: "ec2.amazonaws.com", part: "instance" };
const TEMPLATE: &Host = &Host {
    kind: "AWS::EC2::LaunchTemplate",
    role: &["LaunchTemplateData.IamInstanceProfile.Arn", "LaunchTemplateData.IamInstanceProfile.Name"],
    service: "ec2.amazonaws.com",
    part: "launch-template",
};
const ENDPOINT: &Host = &Host { kind: "AWS::Glue::DevEndpoint", role: &["RoleArn"], service: "glue.amazonaws.com", part: "devendpoint" };
pub(super) const FUNCTION: &Host =
    &Host { kind: "AWS::Lambda::Function", role: &["Role"], service: "lambda.amazonaws.com", part: "function" };
const NOTEBOOK: &Host =
    &Host { kind: "AWS::SageMaker::NotebookInstance", role: &["RoleArn"], service: "sagemaker.amazonaws.com", part: "notebook-instance" };

/// 17, of which the catalogue counts `cloudformation-005` among those that hand a role over.
pub const WAYS: &[Way] = &[
    Way { id: "apprunner-002", gain: Existing(SERVICE), needs: &["apprunner:UpdateService"] },
    Way {
        id: "bedrock-002",
        gain: Existing(INTERPRETER),
        needs: &["bedrock-agentcore:StartCodeInterpreterSession", "bedrock-agentcore:InvokeCodeInterpreter"],
    },
    Way { id: "cloudformation-002", gain: Existing(STACK), needs: &["cloudformation:UpdateStack"] },
    Way { id: "cloudformation-005", gain: Existing(STACK), needs: &["cloudformation:CreateChangeSet", "cloudformation:ExecuteChangeSet"] },
    Way { id: "codebuild-002", gain: Existing(PROJECT), needs: &["codebuild:StartBuild"] },
    Way { id: "codebuild-003", gain: Existing(PROJECT), needs: &["codebuild:StartBuildBatch"] },
    Way { id: "ec2-002", gain: Existing(INSTANCE), needs: &["ec2:StopInstances", "ec2:ModifyInstanceAttribute", "ec2:StartInstances"] },
    Way { id: "ec2-004", gain: Existing(TEMPLATE), needs: &["ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"] },
    Way { id: "ec2instanceconnect-003", gain: Existing(INSTANCE), needs: &["ec2-instance-connect:SendSSHPublicKey"] },
    Way { id: "glue-002", gain: Existing(ENDPOINT), needs: &["glue:UpdateDevEndpoint"] },
    Way { id: "lambda-003", gain: Existing(FUNCTION), needs: &["lambda:UpdateFunctionCode"] },
    Way { id: "lambda-004", gain: Existing(FUNCTION), needs: &["lambda:UpdateFunctionCode", "lambda:InvokeFunction"] },
    Way { id: "lambda-005", gain: Existing(FUNCTION), needs: &["lambda:UpdateFunctionCode", "lambda:AddPermission"] },
    Way { id: "sagemaker-004", gain: Existing(NOTEBOOK), needs: &["sagemaker:CreatePresignedNotebookInstanceUrl"] },
    Way {
        id: "sagemaker-005",
        gain: Existing(NOTEBOOK),
        needs: &[
            "sagemaker:CreateNotebookInstanceLifecycleConfig",
            "sagemaker:StopNotebookInstance",
            "sagemaker:UpdateNotebookInstance",
            "sagemaker:StartNotebookInstance",
        ],
    },
    Way { id: "ssm-001", gain: Existing(INSTANCE), needs: &["ssm:StartSession"] },
    Way { id: "ssm-002", gain: Existing(INSTANCE), needs: &["ssm:SendCommand"] },
];
