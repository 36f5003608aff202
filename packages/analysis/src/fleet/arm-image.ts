/**
 * Public SSM parameters of images that come for both architectures, as the two parts of their names. Sources: Amazon Linux
 * user guide, "Amazon Linux AMI SSM parameters"; Bottlerocket, "Retrieving AMI ids"; Ubuntu on AWS, "Find Ubuntu images".
 */
const TWINS: readonly (readonly [RegExp, string])[] = [
  [/^(\/aws\/service\/ami-amazon-linux-latest\/al2023-ami-(?:minimal-)?kernel-[\w.-]+-)x86_64$/, "$1arm64"],
  [
    /^(\/aws\/service\/ami-amazon-linux-latest\/amzn2-ami-(?:kernel-[\w.]+-)?hvm-)x86_64(-gp2|-ebs)$/,
    "$1arm64$2",
  ],
  [/^(\/aws\/service\/bottlerocket\/aws-[\w.-]+\/)x86_64(\/[\w.-]+\/image_id)$/, "$1arm64$2"],
  [
    /^(\/aws\/service\/canonical\/ubuntu\/[\w.-]+\/[\w.-]+\/stable\/[\w.-]+\/)amd64(\/hvm\/[\w.-]+\/ami-id)$/,
    "$1arm64$2",
  ],
];

/** How a launch template names an image by a parameter. Source: EC2 user guide, "Use a Systems Manager parameter". */
const RESOLVE = "resolve:ssm:";

/**
 * The same image for arm64 where it is named by a public parameter that has both: `resolve:ssm:/aws/service/…-x86_64` gives
 * `resolve:ssm:/aws/service/…-arm64`. `undefined` for ids and for parameters of one's own, which say nothing of it.
 */
export function armTwinOf(image: string): string | undefined {
  if (!image.startsWith(RESOLVE)) return undefined;
  const name = image.slice(RESOLVE.length);
  for (const [pattern, twin] of TWINS) {
    if (pattern.test(name)) return `${RESOLVE}${name.replace(pattern, twin)}`;
  }
  return undefined;
}
