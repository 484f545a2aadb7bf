from remediator.observe import catalogue


def test_the_catalogue_knows_what_types_offer() -> None:
    known = catalogue.load()
    gpu = known.instance_type("g5.xlarge")

    assert gpu is not None
    assert (gpu.vcpu, gpu.memory_mib, gpu.gpu_count, gpu.gpu_name, gpu.local_storage_gb) == (4, 16384, 1, "A10G", 250)
    assert known.instance_type("z9.unheard") is None
    cores = {name: known.types[name].neuron_cores for name in ("trn1.32xlarge", "inf1.6xlarge", "trn2u.48xlarge")}
    assert cores == {"trn1.32xlarge": 32, "inf1.6xlarge": 16, "trn2u.48xlarge": 128} and gpu.neuron_cores == 0
    known_of = ("neuron_name", "neuron_devices", "neuron_memory_mib", "neuron_version")
    devices = {
        name: tuple(getattr(known.types[name], of) for of in known_of) for name in ("inf2.48xlarge", "trn2u.48xlarge")
    }
    assert devices == {
        "inf2.48xlarge": ("Inferentia2", 12, 12 * 32 * 1024, 2),
        "trn2u.48xlarge": ("Trainium2", 16, 16 * 96 * 1024, 3),
    }
    assert tuple(getattr(gpu, of) for of in known_of) == (None, 0, None, None)
    assert [t.name for t in known.family("m5")][:3] == ["m5.large", "m5.xlarge", "m5.2xlarge"]
    assert len(known.types) > 1300


def test_what_a_gpu_does_is_known_by_its_model_and_memory() -> None:
    known = catalogue.load().types

    assert known["p4d.24xlarge"].gpu is not None and known["p4d.24xlarge"].gpu.bandwidth_gbytes_s == 1555
    assert known["p4de.24xlarge"].gpu is not None and known["p4de.24xlarge"].gpu.bandwidth_gbytes_s == 2039
    assert known["g5.xlarge"].gpu == known["g5.48xlarge"].gpu
    assert known["m5.large"].gpu is None


def test_models_of_which_no_sheet_was_found_are_unknown_and_every_other_is_of_some_type() -> None:
    types = catalogue.load().every()
    silent = {type_.gpu_name for type_ in types if type_.gpu_count and type_.gpu is None}
    rows = catalogue.rows("gpu_models")
    listed = {(type_.gpu_name, (type_.gpu_memory_mib or 0) // type_.gpu_count) for type_ in types if type_.gpu_count}

    assert silent == {"M60", "T4g", "RTX PRO 4500", "Radeon Pro V520", "Gaudi HL-205"}
    assert {(row["gpu"], int(row["memory_mib"])) for row in rows} <= listed
    assert all(row["source"].startswith("https://") for row in rows)
