variable "region" {
  type    = string
  default = "us-east-1"
}

variable "ami" {
  type    = string
  default = "ami-0c55b159cbfafe1f0"
}

variable "subnet_id" {
  type = string
}

variable "scratch_type" {
  description = "Volume type of the scratch space."
  type        = string
  default     = "gp3"
}
