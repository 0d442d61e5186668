export { testClient, type TestClient } from './test-client.ts';
export { provisionSpec, provisionTenant, type TestDevice, type TestTenant } from './provision-tenant.ts';
export { spawnTestNode, type SpawnedNode } from './spawn-test-node.ts';
export { startTestService, type TestNode, type TestService, type TestServiceOptions } from './start-test-service.ts';
