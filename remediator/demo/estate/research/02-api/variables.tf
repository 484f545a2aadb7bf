variable "data_volume_type" {
  type    = string
  default = "gp2"
}
