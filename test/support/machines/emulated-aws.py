"""An AWS that terraform can be run against: moto's server, with what it forgets or has not.

It forgets some of what it is told, so that a plan after an apply would show changes that AWS does not; and a group of
instances has no refresh there. Listens on a free port of 127.0.0.1 and says which on stderr.
"""

import functools
import sys
import uuid

from moto.autoscaling.models import FakeScalingPolicy
from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import ActionResult
from moto.ec2.models.instances import InstanceBackend
from moto.ec2.models.launch_templates import LaunchTemplateVersion
from moto.ec2.models.security_groups import SecurityGroupRule
from moto.rds.models import DBInstance, DBParameterGroup
from moto.route53.models import ChangeList
from moto.server import main


def after(kind, method):
    """Decorates what happens after a method of moto's."""

    def decorate(more):
        original = getattr(kind, method)

        @functools.wraps(original)
        def both(self, *args, **kwargs):
            result = original(self, *args, **kwargs)
            more(self, *args, **kwargs)
            return result

        setattr(kind, method, both)

    return decorate


@after(DBInstance, "__init__")
def _ids_of_databases_differ(self, *_args, **kwargs):
    self.dbi_resource_id = f"db-{uuid.uuid4().hex[:26].upper()}"
    # What was restored is no replica.
    self.source_db_instance_identifier = None
    self.engine_lifecycle_support = "open-source-rds-extended-support-disabled"


@after(DBParameterGroup, "update_parameters")
def _parameters_are_of_the_user(self, parameters):
    for parameter in self.parameters.values():
        parameter["Source"] = "user"
    # The family's default is not stored, and told of with the method that AWS has for it.
    if "rds.force_ssl" in self.parameters:
        self.parameters["rds.force_ssl"] |= {"Source": "system", "ApplyMethod": "pending-reboot"}


@after(LaunchTemplateVersion, "__init__")
def _tags_of_a_template_are_not_those_of_instances(self, *_args):
    tags = self.data.get("TagSpecifications", [])
    self.data["TagSpecifications"] = [tag for tag in tags if tag["ResourceType"] != "launch-template"]


@after(FakeScalingPolicy, "__init__")
def _policies_are_enabled(self, *_args, **_kwargs):
    self.enabled = True
    self.predictive_scaling_configuration = self.predictive_scaling_configuration or None


def _keep_group_settings(self):
    params = self._get_params()
    for group in self.autoscaling_backend.describe_auto_scaling_groups([params["AutoScalingGroupName"]]):
        if "DefaultInstanceWarmup" in params:
            group.default_instance_warmup = int(params["DefaultInstanceWarmup"])
        if "InstanceMaintenancePolicy" in params:
            group.instance_maintenance_policy = params["InstanceMaintenancePolicy"]


after(AutoScalingResponse, "create_auto_scaling_group")(_keep_group_settings)
after(AutoScalingResponse, "update_auto_scaling_group")(_keep_group_settings)

_run_instances = InstanceBackend.run_instances


def _run_instances_in_their_groups(self, *args, **kwargs):
    """What belongs to the network interface belongs to the instance."""
    groups = [group for nic in kwargs.get("nics") or [] for group in nic.pop("Groups", [])]
    kwargs["security_group_ids"] = kwargs.get("security_group_ids") or groups
    return _run_instances(self, *args, **kwargs)


InstanceBackend.run_instances = _run_instances_in_their_groups

REFRESHES = []


def _start_instance_refresh(self):
    """Keeps that it was asked for; the instances stay as they are."""
    params = self._get_params()
    refresh = {
        "InstanceRefreshId": str(uuid.uuid4()),
        "AutoScalingGroupName": params["AutoScalingGroupName"],
        "Status": "Successful",
        "Preferences": params.get("Preferences", {}),
    }
    REFRESHES.insert(0, refresh)
    return ActionResult({"InstanceRefreshId": refresh["InstanceRefreshId"]})


# A record that was deleted is taken for one that is there, where the zone has another one that sorts behind it.
ChangeList.__contains__ = lambda _self, _item: False
AutoScalingResponse.start_instance_refresh = _start_instance_refresh
AutoScalingResponse.describe_instance_refreshes = lambda self: ActionResult({"InstanceRefreshes": REFRESHES})
SecurityGroupRule.description = property(
    lambda self: {**(self.source_group or {}), **(self.ip_range or {})}.get("Description")
)

main(["-H", "127.0.0.1", "-p", "0", *sys.argv[1:]])
