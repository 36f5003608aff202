output "load_balancer" {
  value = aws_lb.web.dns_name
}

output "service_instances" {
  value = { for name, service in module.service : name => service.instance_ids }
}
