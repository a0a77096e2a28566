// A copy of the stand-in for terraform's AWS provider, with the attributes that it has another way than hashicorp/aws:
//   node .ci/correct-stand-in.mjs FROM TO
// Found by comparing its schema with `terraform providers schema -json` of 5.100, for every kind that terraform/ names.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [from, to] = process.argv.slice(2);
const RULES = [
  "set",
  [
    "object",
    {
      cidr_blocks: ["list", "string"],
      description: "string",
      from_port: "number",
      ipv6_cidr_blocks: ["list", "string"],
      prefix_list_ids: ["list", "string"],
      protocol: "string",
      security_groups: ["set", "string"],
      self: "bool",
      to_port: "number",
    },
  ],
];
const COMPUTED = {
  aws_acm_certificate: { renewal_eligibility: "string" },
  aws_autoscaling_group: { warm_pool_size: "number" },
  aws_default_security_group: { description: "string" },
  aws_iam_role: { unique_id: "string" },
  aws_lb: { zone_id: "string" },
  aws_s3_bucket: { website_endpoint: "string" },
  aws_vpc_endpoint: { cidr_blocks: ["list", "string"] },
};

rmSync(to, { recursive: true, force: true });
cpSync(from, to, { recursive: true });
const file = join(to, "aws.json");
const schema = JSON.parse(readFileSync(file, "utf8"));
for (const [kind, attributes] of Object.entries(COMPUTED))
  for (const [name, type] of Object.entries(attributes))
    schema.resource_schemas[kind].block.attributes[name] = { type, computed: true };
// Optional and computed attributes, which the stand-in takes for blocks: what nobody has set is unknown in a plan.
for (const kind of ["aws_security_group", "aws_default_security_group"]) {
  const { block } = schema.resource_schemas[kind];
  for (const name of ["ingress", "egress"]) {
    delete block.block_types[name];
    block.attributes[name] = { type: RULES, optional: true, computed: true };
  }
}
schema.data_source_schemas.aws_availability_zones.block.attributes.zone_ids = {
  type: ["list", "string"],
  computed: true,
};
rmSync(file, { force: true });
writeFileSync(file, JSON.stringify(schema));
