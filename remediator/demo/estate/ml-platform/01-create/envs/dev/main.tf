terraform {
  required_version = ">= 1.5"

  backend "s3" {
    bucket = "acme-tfstate"
    key    = "ml-platform/dev/terraform.tfstate"
    region = "us-east-1"
  }

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.60"
    }
  }
}

provider "aws" {
  region = var.region
}

resource "aws_instance" "notebook" {
    ami = var.ami
    instance_type = "g4dn.2xlarge" # one T4 was enough for the tutorial
    subnet_id = var.subnet_id

    tags = {
      Name = "shared-notebook"
      team = "ml-infra"
    }
}
