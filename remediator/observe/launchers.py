"""The controllers that launch resources by themselves, known by the tags that they set; as data."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from remediator.model import Launcher, Resource


@dataclass(frozen=True, slots=True)
class Mark:
    """A tag by which a controller's work is known, what its value names, and the tag with that name if it is another.

    `value` is what the value must be; `pattern` finds the name in the value of `named_by`, or in the resource's own id.
    `scales` as of the launcher.
    """

    tag: str
    controller: str
    part: str
    named_by: str | None = None
    value: str | None = None
    pattern: re.Pattern[str] | None = None
    scales: bool = True

    def launcher(self, id_: str, tags: Mapping[str, str]) -> Launcher | None:
        """The controller, where the tags bear its mark."""
        value = tags.get(self.tag)
        if value is None or self.value not in (None, value):
            return None
        name = tags.get(self.named_by, "") if self.named_by else value
        if self.pattern:
            found = self.pattern.fullmatch(name or id_)
            name = found[1] if found else ""
        return Launcher(self.controller, self.part, name, self.scales)


_BATCH_GROUP = re.compile(r"(?:AWSBatch-)?(.+)-asg-[0-9a-f-]{36}")
_DOMAIN = re.compile(r"arn:[^:]*:sagemaker:[^:]*:[^:]*:domain/([^/]+)")

MARKS = (
    # https://karpenter.sh/docs/concepts/nodeclasses/#spectags and, before version 0.32, its provisioners
    Mark("karpenter.sh/nodepool", "Karpenter", "node pool"),
    Mark("karpenter.sh/provisioner-name", "Karpenter", "provisioner"),
    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/managing-monitored-tag-keys.html
    Mark("eks:kubernetes-node-pool-name", "EKS Auto Mode", "node pool"),
    # https://docs.aws.amazon.com/batch/latest/userguide/managed_compute_environments.html
    Mark("AWSBatchServiceTag", "AWS Batch", "compute environment", "aws:autoscaling:groupName", pattern=_BATCH_GROUP),
    # https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-plan-tags.html
    Mark("aws:elasticmapreduce:job-flow-id", "Amazon EMR", "cluster"),
    # https://docs.aws.amazon.com/parallelcluster/latest/ug/resources-processes-v3-tags.html
    Mark("parallelcluster:cluster-name", "AWS ParallelCluster", "cluster"),
    # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instances-tagging.html
    Mark("aws:ecs:capacityProviderName", "Amazon ECS", "capacity provider"),
    # https://docs.aws.amazon.com/sagemaker/latest/dg/domain-multiple.html: Studio sets it on what is made there
    Mark("sagemaker:domain-arn", "SageMaker Studio", "domain", "sagemaker:domain-arn", pattern=_DOMAIN, scales=False),
    # sky/provision/constants.py of SkyPilot, which sets Ray's tag as well
    Mark("skypilot-cluster-name", "SkyPilot", "cluster"),
    # python/ray/autoscaler/tags.py of Ray
    Mark("ray-cluster-name", "Ray", "cluster"),
    # pkg/driver/constants.go of the EBS CSI driver
    Mark("kubernetes.io/created-for/pvc/name", "Kubernetes", "volume claim"),
    # pkg/deploy/tracking/provider.go of the AWS Load Balancer Controller, and what Kubernetes had before it
    Mark("ingress.k8s.aws/stack", "Kubernetes", "ingress"),
    Mark("service.k8s.aws/stack", "Kubernetes", "service"),
    Mark("kubernetes.io/service-name", "Kubernetes", "service"),
    # https://docs.databricks.com/aws/en/admin/account-settings/usage-detail-tags
    Mark("Vendor", "Databricks", "cluster", "ClusterName", value="Databricks"),
    # https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/applications-tagging-resources.html
    Mark("elasticbeanstalk:environment-name", "AWS Elastic Beanstalk", "environment"),
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
    Mark("aws:cloudformation:stack-name", "AWS CloudFormation", "stack", scales=False),
    # https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/fleets.html; made by others too, so they come last
    Mark("aws:ec2spot:fleet-request-id", "a Spot Fleet", "request"),
    Mark("aws:ec2:fleet-id", "an EC2 Fleet", "fleet"),
)
"""In the order in which they count: what a controller uses in its turn (fleets, stacks) comes after it."""


def launcher(id_: str, tags: Mapping[str, str]) -> Launcher | None:
    """The controller whose mark the tags of a resource bear, or None."""
    return next((found for mark in MARKS if (found := mark.launcher(id_, tags)) is not None), None)


def with_disks(resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """The resources of a unit, in which a disk that goes with its machine has the machine's controller.

    Not all controllers mark the disks as well.
    """
    by = {r.id: r.launched_by for r in resources if r.kind == "aws_instance" and r.launched_by is not None}

    def marked(resource: Resource) -> Resource:
        machine = next((m for m in resource.spec.texts("deleted_with") if m in by), None)
        if machine is None or resource.launched_by is not None:
            return resource
        return replace(resource, launched_by=by[machine])

    return tuple(map(marked, resources))
