//! Types that Cloud Control would hand out with secrets in them: no rule may ask for them, since `cloudformation:GetResource`
//! brings a resource whole, whatever a rule wants of it.
//!
//! A property counts where AWS's schema lets it be read and it is a credential (a client secret, a key, a shared secret), or
//! a place where people put credentials as a matter of course (environment variables, user data, job arguments). What a
//! schema marks write-only is not told by AWS and refuses nothing. The list is written by hand over the schemas of
//! October 2026; a test holds that each type exists there, and another walks the schemas' names for what looks new.

/// Why a type is refused; none where it is not.
pub fn refused(name: &str) -> Option<&'static str> {
    REFUSED.binary_search_by(|(known, _)| (*known).cmp(name)).ok().and_then(|at| REFUSED.get(at)).map(|(_, why)| *why)
}

const ENVIRONMENT: &str = "its environment variables can hold secrets";
const USER_DATA: &str = "its user data can hold secrets";
const ARGUMENTS: &str = "its parameters and arguments can hold secrets";
const BGP_KEY: &str = "its BGP peers carry their authentication key";

/// Sorted by name.
pub const REFUSED: &[(&str, &str)] = &[
    ("AWS::Amplify::App", ENVIRONMENT),
    ("AWS::Amplify::Branch", ENVIRONMENT),
    ("AWS::ApiGateway::ApiKey", "its value is a key that opens the API"),
    ("AWS::ApiGateway::Stage", "its stage variables can hold secrets"),
    ("AWS::AppConfig::HostedConfigurationVersion", "its content is the application's configuration"),
    ("AWS::AppRunner::Service", ENVIRONMENT),
    ("AWS::AppSync::ApiKey", "its value is a key that opens the API"),
    ("AWS::AppSync::GraphQLApi", ENVIRONMENT),
    ("AWS::AutoScaling::LaunchConfiguration", USER_DATA),
    ("AWS::Batch::JobDefinition", ENVIRONMENT),
    ("AWS::BedrockAgentCore::Harness", ENVIRONMENT),
    ("AWS::BedrockAgentCore::Runtime", ENVIRONMENT),
    ("AWS::CloudFormation::Stack", "its parameters and outputs can hold secrets"),
    ("AWS::CloudFormation::StackSet", "its parameters can hold secrets"),
    ("AWS::CodeBuild::Project", ENVIRONMENT),
    ("AWS::CodePipeline::Pipeline", "its actions' configuration can hold tokens"),
    ("AWS::Cognito::UserPoolClient", "it carries the client secret"),
    ("AWS::Cognito::UserPoolIdentityProvider", "its provider details carry the client secret"),
    ("AWS::Connect::SecurityKey", "it carries the key"),
    ("AWS::DMS::Endpoint", "its connection settings can hold passwords"),
    ("AWS::DataSync::LocationObjectStorage", "it carries an access key"),
    ("AWS::DeviceFarm::Project", ENVIRONMENT),
    ("AWS::DirectConnect::PrivateVirtualInterface", BGP_KEY),
    ("AWS::DirectConnect::PublicVirtualInterface", BGP_KEY),
    ("AWS::DirectConnect::TransitVirtualInterface", BGP_KEY),
    ("AWS::EC2::Instance", USER_DATA),
    ("AWS::EC2::IpamExternalResourceVerificationToken", "its value is a token that proves ownership"),
    ("AWS::EC2::LaunchTemplate", USER_DATA),
    ("AWS::EC2::SpotFleet", USER_DATA),
    ("AWS::EC2::VPNConnection", "its tunnels have pre-shared keys"),
    ("AWS::EC2::VerifiedAccessTrustProvider", "it carries the client secret"),
    ("AWS::ECS::DaemonTaskDefinition", ENVIRONMENT),
    ("AWS::ECS::ExpressGatewayService", ENVIRONMENT),
    ("AWS::ECS::TaskDefinition", ENVIRONMENT),
    ("AWS::ElasticBeanstalk::ConfigurationTemplate", "its option settings are the application's environment"),
    ("AWS::ElasticBeanstalk::Environment", "its option settings are the application's environment"),
    ("AWS::Events::Connection", "its parameters carry keys, passwords and headers that authenticate"),
    ("AWS::Glue::Connection", "its properties can hold passwords"),
    ("AWS::Glue::Job", ARGUMENTS),
    ("AWS::IAM::AccessKey", "it is a credential, and its secret is told when it is made"),
    ("AWS::IAM::SAMLProvider", "it has a list of private keys"),
    ("AWS::IVS::StreamKey", "its value lets anybody stream"),
    ("AWS::Invoicing::ProcurementPortalPreference", "it carries a shared secret"),
    ("AWS::IoT::TopicRuleDestination", "it carries a secret key"),
    ("AWS::KinesisFirehose::DeliveryStream", "its destinations carry tokens"),
    ("AWS::Lambda::Function", ENVIRONMENT),
    ("AWS::Lambda::Permission", "it carries the token of the event source"),
    ("AWS::Lightsail::Container", ENVIRONMENT),
    ("AWS::Lightsail::Instance", USER_DATA),
    ("AWS::Location::APIKey", "it carries the key"),
    ("AWS::MWAA::Environment", "its configuration options can hold connections with passwords"),
    ("AWS::ManagedBlockchain::Accessor", "its billing token opens the network"),
    ("AWS::MediaPackage::Channel", "its ingest endpoints carry passwords"),
    ("AWS::Pipes::Pipe", "its parameters can override environment variables with secrets"),
    ("AWS::SSM::Association", ARGUMENTS),
    ("AWS::SSM::Document", "its content is a script, which can hold secrets"),
    ("AWS::SSM::Parameter", "its value is the customer's data"),
    ("AWS::SageMaker::Algorithm", ENVIRONMENT),
    ("AWS::SageMaker::DataQualityJobDefinition", ENVIRONMENT),
    ("AWS::SageMaker::InferenceComponent", ENVIRONMENT),
    ("AWS::SageMaker::Model", ENVIRONMENT),
    ("AWS::SageMaker::ModelBiasJobDefinition", ENVIRONMENT),
    ("AWS::SageMaker::ModelExplainabilityJobDefinition", ENVIRONMENT),
    ("AWS::SageMaker::ModelPackage", ENVIRONMENT),
    ("AWS::SageMaker::ModelQualityJobDefinition", ENVIRONMENT),
    ("AWS::SageMaker::MonitoringSchedule", ENVIRONMENT),
    ("AWS::SageMaker::NotebookInstanceLifecycleConfig", "its scripts can hold secrets"),
    ("AWS::SageMaker::ProcessingJob", ENVIRONMENT),
    ("AWS::SageMaker::StudioLifecycleConfig", "its script can hold secrets"),
    ("AWS::SecretsManager::Secret", "its handler reads the secret's value"),
    ("AWS::SecretsManager::SecretTargetAttachment", "its handler reads the secret's value"),
    ("AWS::Synthetics::Canary", ENVIRONMENT),
    ("AWS::WorkspacesInstances::WorkspaceInstance", USER_DATA),
];
