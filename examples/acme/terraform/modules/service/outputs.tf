output "instance_ids" {
  value = module.node[*].id
}
