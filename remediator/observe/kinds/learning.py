"""What SageMaker runs until someone stops it."""

from remediator.observe.kinds.kind import Kind, Step

LEARNING = (
    Kind(
        name="aws_sagemaker_endpoint",
        service="sagemaker",
        # AWS has no operation that describes several endpoints; their type and number of instances is nowhere else.
        steps=(
            Step("list_endpoints", "Endpoints[]"),
            Step("describe_endpoint", "[@]", given=(("EndpointName", "EndpointName"),)),
            Step("describe_endpoint_config", "[@]", given=(("EndpointConfigName", "EndpointConfigName"),)),
        ),
        id="Within.EndpointName",
        arn="Within.EndpointArn",
        tags=None,
        tagged="sagemaker:endpoint",
        created_at="Within.CreationTime",
        gone="Within.EndpointStatus == 'Deleting'",
        spec=(
            ("name", "Within.EndpointName"),
            ("endpoint_status", "Within.EndpointStatus"),
            ("endpoint_config_name", "EndpointConfigName"),
            ("last_modified_time", "Within.LastModifiedTime"),
            ("variant_names", "ProductionVariants[].VariantName"),
            ("instance_types", "ProductionVariants[].InstanceType"),
            ("initial_instance_counts", "ProductionVariants[].to_string(InitialInstanceCount)"),
            ("instance_counts", "Within.ProductionVariants[].to_string(CurrentInstanceCount)"),
            ("serverless", "length(ProductionVariants[?ServerlessConfig] || `[]`) > `0`"),
            ("asynchronous", "AsyncInferenceConfig && `true`"),
        ),
    ),
    Kind(
        name="aws_sagemaker_notebook_instance",
        service="sagemaker",
        steps=(Step("list_notebook_instances", "NotebookInstances[]"),),
        id="NotebookInstanceName",
        arn="NotebookInstanceArn",
        tags=None,
        tagged="sagemaker:notebook-instance",
        created_at="CreationTime",
        gone="NotebookInstanceStatus == 'Deleting'",
        spec=(
            ("name", "NotebookInstanceName"),
            ("notebook_instance_status", "NotebookInstanceStatus"),
            ("instance_type", "InstanceType"),
            ("lifecycle_config_name", "NotebookInstanceLifecycleConfigName"),
            ("last_modified_time", "LastModifiedTime"),
        ),
    ),
    Kind(
        name="aws_sagemaker_app",
        service="sagemaker",
        steps=(
            Step("list_apps", "Apps[?Status=='InService']"),
            Step(
                "describe_app",
                "[@]",
                given=(
                    ("DomainId", "DomainId"),
                    ("UserProfileName", "UserProfileName"),
                    ("SpaceName", "SpaceName"),
                    ("AppType", "AppType"),
                    ("AppName", "AppName"),
                ),
            ),
        ),
        id="AppArn",
        arn="AppArn",
        tags=None,
        tagged="sagemaker:app",
        created_at="CreationTime",
        gone="Status != 'InService'",
        spec=(
            ("app_name", "AppName"),
            ("app_type", "AppType"),
            ("domain_id", "DomainId"),
            ("user_profile_name", "UserProfileName"),
            ("space_name", "SpaceName"),
            ("instance_type", "ResourceSpec.InstanceType"),
            ("last_user_activity", "LastUserActivityTimestamp"),
        ),
    ),
)
