/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync;

import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * The directions between the engine's packages, and what they may depend on.
 */
@AnalyzeClasses(packages = "io.oversync", importOptions = DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule arrowsPointInOneDirection = layeredArchitecture().consideringOnlyDependenciesInLayers()
		.layer("protocol")
		.definedBy("io.oversync.protocol")
		.layer("catalog")
		.definedBy("io.oversync.internal.catalog")
		.layer("stream")
		.definedBy("io.oversync.internal.stream")
		.layer("event")
		.definedBy("io.oversync.internal.event")
		.layer("store")
		.definedBy("io.oversync.internal.store")
		.layer("capture")
		.definedBy("io.oversync.internal.capture")
		.layer("materialize")
		.definedBy("io.oversync.materialize", "io.oversync.internal.materialize")
		.layer("upload")
		.definedBy("io.oversync.internal.upload")
		.layer("absorb")
		.definedBy("io.oversync.internal.absorb")
		.layer("plan")
		.definedBy("io.oversync.internal.upload.plan")
		.layer("device")
		.definedBy("io.oversync.internal.device")
		.layer("watch")
		.definedBy("io.oversync.internal.watch")
		.layer("compact")
		.definedBy("io.oversync.internal.compact")
		.layer("download")
		.definedBy("io.oversync.internal.download")
		.layer("service")
		.definedBy("io.oversync.service", "io.oversync.internal.service")
		.whereLayer("service")
		.mayNotBeAccessedByAnyLayer()
		.whereLayer("upload")
		.mayOnlyBeAccessedByLayers("service")
		.whereLayer("device")
		.mayOnlyBeAccessedByLayers("service")
		.whereLayer("watch")
		.mayOnlyBeAccessedByLayers("service")
		.whereLayer("compact")
		.mayOnlyBeAccessedByLayers("service")
		.whereLayer("download")
		.mayOnlyBeAccessedByLayers("service")
		.whereLayer("absorb")
		.mayOnlyBeAccessedByLayers("upload", "service")
		.whereLayer("materialize")
		.mayOnlyBeAccessedByLayers("absorb", "upload", "service")
		.whereLayer("capture")
		.mayOnlyBeAccessedByLayers("service")
		.whereLayer("plan")
		.mayOnlyBeAccessedByLayers("upload")
		.whereLayer("event")
		.mayOnlyBeAccessedByLayers("store", "absorb", "upload", "service")
		.whereLayer("store")
		.mayOnlyBeAccessedByLayers("capture", "materialize", "absorb", "upload", "download", "device", "compact",
				"service")
		.whereLayer("stream")
		.mayOnlyBeAccessedByLayers("store", "materialize", "absorb", "plan", "upload", "download", "watch", "service")
		.whereLayer("catalog")
		.mayOnlyBeAccessedByLayers("stream", "plan", "store", "capture", "materialize", "absorb", "upload", "download",
				"compact", "service");

	@ArchTest
	static final ArchRule packagesFormNoCycles = slices().matching("io.oversync.internal.(**)")
		.should()
		.beFreeOfCycles();

	// what applications touch stays when the inside changes: the engine implements it
	@ArchTest
	static final ArchRule theInterfacesOfApplicationsDoNotKnowTheInside = noClasses().that()
		.resideInAnyPackage("io.oversync.protocol", "io.oversync.service", "io.oversync.materialize")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("io.oversync.internal..");

	@ArchTest
	static final ArchRule theEngineKnowsNeitherSpringBootNorTheWeb = noClasses().that()
		.resideOutsideOfPackage("io.oversync.test")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework.boot..", "org.springframework.web..", "jakarta.servlet..");

	@ArchTest
	static final ArchRule theProtocolKnowsNeitherSpringNorTheDatabase = noClasses().that()
		.resideInAPackage("io.oversync.protocol")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("org.springframework..", "java.sql..", "javax.sql..", "jakarta..");

	@ArchTest
	static final ArchRule thePlannerIsPure = classes().that()
		.resideInAnyPackage("io.oversync.internal.upload.plan", "io.oversync.internal.stream")
		.should()
		.onlyDependOnClassesThat(DescribedPredicate.describe(
				"belong to the protocol, the catalog or the records of the stream, and know neither clock nor chance",
				(JavaClass type) -> isPure(type.getPackageName()) && !type.getSimpleName().equals("Random")));

	private static boolean isPure(String name) {
		return Set
			.of("java.lang", "java.lang.annotation", "java.lang.invoke", "java.lang.runtime", "java.util",
					"java.util.function", "java.util.stream", "org.jspecify.annotations", "io.oversync.protocol",
					"io.oversync.internal.catalog", "io.oversync.internal.stream", "io.oversync.internal.upload.plan")
			.contains(name) || name.isEmpty();
	}

}
