/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync;

import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

/**
 * The directions between the packages of all modules, and the rules of
 * auto-configurations.
 */
@AnalyzeClasses(packages = "io.oversync", importOptions = DoNotIncludeTests.class)
class ArchitectureTests {

	@ArchTest
	static final ArchRule onlyTheAutoConfigurationKnowsTheWebAndTheInsideOfTheEngine = layeredArchitecture()
		.consideringOnlyDependenciesInLayers()
		.layer("inside of the engine")
		.definedBy("io.oversync.internal.catalog", "io.oversync.internal.stream", "io.oversync.internal.store",
				"io.oversync.internal.materialize", "io.oversync.internal.upload..", "io.oversync.internal.download")
		.layer("service")
		.definedBy("io.oversync.service", "io.oversync.internal.service")
		.layer("web")
		.definedBy("io.oversync.web", "io.oversync.internal.web")
		.layer("actuate")
		.definedBy("io.oversync.actuate", "io.oversync.internal.actuate")
		.layer("autoconfigure")
		.definedBy("io.oversync.autoconfigure")
		.whereLayer("autoconfigure")
		.mayNotBeAccessedByAnyLayer()
		.whereLayer("web")
		.mayOnlyBeAccessedByLayers("autoconfigure")
		.whereLayer("actuate")
		.mayOnlyBeAccessedByLayers("autoconfigure")
		.whereLayer("inside of the engine")
		.mayOnlyBeAccessedByLayers("service", "actuate", "autoconfigure");

	@ArchTest
	static final ArchRule packagesFormNoCycles = slices().matching("io.oversync.internal.(**)")
		.should()
		.beFreeOfCycles();

	@ArchTest
	static final ArchRule theEndpointsDoNotKnowSpringBoot = noClasses().that()
		.resideOutsideOfPackages("io.oversync.autoconfigure", "io.oversync.actuate", "io.oversync.internal.actuate",
				"io.oversync.test")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework.boot..");

	// Spring Security is optional: what an application without it loads must not refer to
	// it
	@ArchTest
	static final ArchRule onlyThreeClassesKnowSpringSecurity = noClasses().that()
		.haveNameNotMatching(
				"io.oversync.(internal.)?web.(TokenActorResolver|SyncAuthenticationEntryPoint|SyncRequestMatcher)(\\$.*)?")
		.should()
		.dependOnClassesThat()
		.resideInAPackage("org.springframework.security..");

	@ArchTest
	static final ArchRule autoConfigurationsAreFinalWithoutPublicMembers = methods().that()
		.areDeclaredInClassesThat()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.notBePublic();

	@ArchTest
	static final ArchRule autoConfigurationsArePublicAndFinal = classes().that()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.bePublic()
		.andShould()
		.haveModifier(JavaModifier.FINAL);

	@ArchTest
	static final ArchRule classConditionsStandOnClasses = noMethods().that()
		.areAnnotatedWith(Bean.class)
		.should()
		.beAnnotatedWith(ConditionalOnClass.class);

}
