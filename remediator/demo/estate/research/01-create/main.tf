terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 3.39"
    }
  }
}

locals {
  zone = "us-east-1b"
}

resource "aws_instance" "protein" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = "g5.xlarge"

  tags = {
    Name  = "protein-folding"
    owner = "@dana-w"
  }
}

resource "aws_instance" "vision" {
  ami           = "ami-0c55b159cbfafe1f0"
  instance_type = "g4dn.xlarge"

  tags = {
    Name = "vision"
  }
}
