/** A resource as cdktf's provider generator writes it, cut down to one member of each form. */
export function generatedVolume(): string {
  return [config(), ruleStruct(), diskStruct(), timeoutsStruct(), resource()].join("\n");
}

function property(name: string, field: string, type: string, note?: string): string {
  return `  /**
${note === undefined ? "" : `  * ${note}\n  *\n`}  * Docs at Terraform Registry: {@link https://registry.terraform.io/x/docs/resources/volume#${name} Volume#${name}}
  */
  readonly ${field}: ${type};`;
}

function config(): string {
  return `export interface VolumeConfig extends cdktf.TerraformMetaArguments {
${property("get_password_data", "fetchPasswordData?", "boolean | cdktf.IResolvable")}
${property("zones", "zones?", "string[]", "A note of two lines\nof which the second looks like nothing.")}
${property("size", "size", "number")}
${property("rule", "rule?", "VolumeRule[] | cdktf.IResolvable")}
${property("disk", "disk", "VolumeDisk", "disk block")}
${property("statement", "statement?", "any", "statement block")}
${property("timeouts", "timeouts?", "VolumeTimeouts", "timeouts block")}
}`;
}

function shape(name: string, isBlock: boolean, type: string, storage: string): string {
  return `      ${name}: {
        value: cdktf.anything(this._x),
        isBlock: ${isBlock},
        type: "${type}",
        storageClassType: "${storage}",
      },`;
}

function hclFunction(name: string, shapes: string): string {
  const camel = name.charAt(0).toLowerCase() + name.slice(1);
  return `export function ${camel}ToHclTerraform(struct?: ${name}OutputReference | ${name} | cdktf.IResolvable): any {
  const attrs = {
${shapes}
  };
}`;
}

type Flags = "C" | "O" | "R" | "OC";

function field(name: string, flags: Flags, type: string, getter: string): string {
  return `${comment(name, flags)}
  private _${name}${type} 
  public get ${name}() {
    return ${getter};
  }`;
}

function computed(name: string, getter: string): string {
  return `${comment(name, "C")}
  public get ${name}() {
    return ${getter};
  }`;
}

function comment(name: string, flags: Flags): string {
  const has = (flag: string) => String(flags.includes(flag));
  return `  // ${name} - computed: ${has("C")}, optional: ${has("O")}, required: ${has("R")}`;
}

function ruleStruct(): string {
  return `export interface VolumeRule {
${property("ports", "ports?", "number[]")}
}
${hclFunction("VolumeRule", shape("ports", false, "set", "numberList"))}
export class VolumeRuleOutputReference extends cdktf.ComplexObject {
${field("ports", "OC", "?: number[];", "cdktf.Token.asNumberList(cdktf.Fn.tolist(this.getNumberListAttribute('ports')))")}
}`;
}

function diskStruct(): string {
  return `export interface VolumeDisk {
${property("kind", "kind", "string")}
}
${hclFunction("VolumeDisk", shape("kind", false, "simple", "string"))}
export class VolumeDiskOutputReference extends cdktf.ComplexObject {
${field("kind", "R", "?: string;", "this.getStringAttribute('kind')")}
${computed("id", "this.getStringAttribute('id')")}
}`;
}

function timeoutsStruct(): string {
  return `export interface VolumeTimeouts {
${property("create", "create?", "string")}
}
${hclFunction("VolumeTimeouts", shape("create", false, "simple", "string"))}
export class VolumeTimeoutsOutputReference extends cdktf.ComplexObject {
${field("create", "O", "?: string;", "this.getStringAttribute('create')")}
}`;
}

function resource(): string {
  return `export class Volume extends cdktf.TerraformResource {
  public static readonly tfResourceType = "acme_volume";
${computed("arn", "this.getStringAttribute('arn')")}
${field("get_password_data", "O", "?: boolean | cdktf.IResolvable;", "this.getBooleanAttribute('get_password_data')")}
${computed("peers", "cdktf.Fn.tolist(this.getListAttribute('peers'))")}
${field("zones", "OC", "?: string[];", "this.getListAttribute('zones')")}
${field("size", "R", "?: number;", "this.getNumberAttribute('size')")}
${field("rule", "OC", ' = new VolumeRuleList(this, "rule", true);', "this._rule")}
${field("attachments", "C", ' = new cdktf.StringMapList(this, "attachments", false);', "this._attachments")}
${field("disk", "R", ' = new VolumeDiskOutputReference(this, "disk");', "this._disk")}
${field("statement", "O", "?: any;", "this.interpolationForAttribute('statement')")}
${field("timeouts", "O", ' = new VolumeTimeoutsOutputReference(this, "timeouts");', "this._timeouts")}
  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
${shape("get_password_data", false, "simple", "boolean")}
${shape("zones", false, "list", "stringList")}
${shape("size", false, "simple", "number")}
${shape("rule", true, "set", "VolumeRuleList")}
${shape("disk", true, "list", "VolumeDiskList")}
${shape("statement", false, "simple", "any")}
${shape("timeouts", true, "struct", "VolumeTimeouts")}
    };
  }
}`;
}
